package dev.chainrule.text.openai;

import dev.chainrule.text.structure.Format;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The form that an answer is asked to have. */
sealed interface ResponseFormat {
  /** Any text. */
  record Text() implements ResponseFormat {}

  /** Any JSON object. */
  record JsonObject() implements ResponseFormat {}

  /**
   * JSON of a schema.
   *
   * @param schema a JSON schema
   */
  record JsonSchema(String name, JsonNode schema) implements ResponseFormat {}

  /**
   * What a request's field says.
   *
   * @param fields those of the format, null for any text
   * @param nested whether name and schema stand in a field {@code json_schema}
   */
  static ResponseFormat of(@Nullable Fields fields, boolean nested) {
    if (fields == null) {
      return new Text();
    }
    String type = fields.word("type", "text", "text", "json_object", "json_schema");
    return switch (type) {
      case "text" -> new Text();
      case "json_object" -> new JsonObject();
      default -> schema(fields, nested);
    };
  }

  private static ResponseFormat schema(Fields fields, boolean nested) {
    Fields from = nested ? fields.object("json_schema") : fields;
    JsonNode schema = from == null ? null : from.get("schema");
    String name = from == null ? null : from.string("name");
    if (from == null || schema == null || name == null) {
      String param = fields.path(nested ? "json_schema" : "schema");
      throw ApiError.field(param, null, "is missing, expected a name and a schema");
    }
    return new JsonSchema(name, schema);
  }

  /** What answers are held to; null for any text. */
  default @Nullable Format format() {
    return switch (this) {
      case Text text -> null;
      case JsonObject object -> Format.jsonObject();
      case JsonSchema json ->
          new Format.JsonSchema(json.schema().toString(), "the schema '%s'".formatted(json.name()));
    };
  }
}
