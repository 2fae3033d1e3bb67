package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.structure.Format;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
   * @param description what it is for, which is repeated
   */
  record JsonSchema(String name, JsonNode schema, @Nullable String description)
      implements ResponseFormat {}

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
    return new JsonSchema(name, schema, from.string("description"));
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

  /** As the responses route repeats it. */
  default ObjectNode json() {
    ObjectNode json = Json.mapper().createObjectNode();
    switch (this) {
      case Text text -> json.put("type", "text");
      case JsonObject object -> json.put("type", "json_object");
      case JsonSchema of -> {
        json.put("type", "json_schema").put("name", of.name()).put("description", of.description());
        json.put("strict", true).set("schema", of.schema());
      }
    }
    return json;
  }
}
