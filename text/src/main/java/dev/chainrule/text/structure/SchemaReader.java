package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON schemas as grammars: each schema that stands in one, or is met in putting several together,
 * is a rule. Keywords that are not supported are refused by name and place.
 */
final class SchemaReader {
  private static final int MOST_RULES = 20_000;
  private static final int MOST_REFERENCES = 64;

  /** Say something about a value, and do not change which are valid. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "id",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "example",
          "deprecated",
          "readOnly",
          "writeOnly",
          "nullable");

  private static final Set<String> STRING_KEYWORDS =
      Set.of("minLength", "maxLength", "pattern", "format");
  private static final Set<String> NUMBER_KEYWORDS =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
  private static final Set<String> ARRAY_KEYWORDS =
      Set.of("items", "prefixItems", "additionalItems", "minItems", "maxItems");
  private static final Set<String> OBJECT_KEYWORDS =
      Set.of("properties", "required", "additionalProperties");
  private static final Set<String> COMBINING =
      Set.of("$ref", "allOf", "anyOf", "oneOf", "enum", "const", "type");

  private static final List<String> TYPES =
      List.of("object", "array", "string", "number", "integer", "boolean", "null");

  private final String origin;
  private final JsonNode root;
  private final List<String> names = new ArrayList<>();
  private final List<Expression> bodies = new ArrayList<>();

  /** Rules of schemas, wherever they stand: equal ones mean the same. */
  private final Map<JsonNode, Integer> rules = new HashMap<>();

  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private record Waiting(int rule, JsonNode schema, String place) {}

  private SchemaReader(String origin, JsonNode root) {
    this.origin = origin;
    this.root = root;
  }

  /**
   * The grammar of a schema.
   *
   * @throws InputException if it is none, or has what is not supported
   */
  static Grammar grammar(String schema, String origin) {
    JsonNode node = Json.parse(schema, origin, JsonNode.class);
    requireFinite(node, origin);
    return new SchemaReader(origin, node).grammar();
  }

  private static void requireFinite(JsonNode node, String origin) {
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new InputException(
          origin + ": has a number that is too large, expected at most " + Double.MAX_VALUE);
    }
    node.forEach(child -> requireFinite(child, origin));
  }

  private Grammar grammar() {
    call(root, "#");
    while (!waiting.isEmpty()) {
      Waiting next = waiting.remove();
      bodies.set(next.rule(), body(next.schema(), next.place()));
    }
    return new Grammar(origin, names, bodies, 0);
  }

  /** What a schema allows. */
  Expression call(JsonNode schema, String place) {
    JsonNode plain = plain(schema);
    Integer rule = rules.get(plain);
    if (rule == null) {
      rule = names.size();
      if (rule == MOST_RULES) {
        throw new InputException(
            "%s: more than %d schemas, put together, expected fewer".formatted(origin, MOST_RULES));
      }
      rules.put(plain, rule);
      names.add("the schema at " + place);
      bodies.add(Expression.NOTHING);
      waiting.add(new Waiting(rule, plain, place));
    }
    return new Expression.Call(rule);
  }

  /** What {@code true} allows. */
  Expression anything(String place) {
    return call(JsonNodeFactory.instance.booleanNode(true), place);
  }

  private static JsonNode plain(JsonNode schema) {
    if (!(schema instanceof ObjectNode object)) {
      return schema;
    }
    ObjectNode plain = object.objectNode();
    object.properties().stream()
        .filter(entry -> !ANNOTATIONS.contains(entry.getKey()))
        .forEach(entry -> plain.set(entry.getKey(), entry.getValue()));
    return plain.isEmpty() ? JsonNodeFactory.instance.booleanNode(true) : plain;
  }

  private Expression body(JsonNode schema, String place) {
    if (schema.isBoolean()) {
      return schema.booleanValue()
          ? ofTypes(empty(), Set.copyOf(TYPES), place)
          : Expression.NOTHING;
    }
    if (!(schema instanceof ObjectNode object)) {
      throw new InputException(
          "%s: %s is %s, expected a schema: an object, true or false"
              .formatted(origin, place, Excerpt.of(schema.toString())));
    }
    for (String keyword : object.propertyNames()) {
      if (!isKnown(keyword)) {
        throw unsupported(place, keyword, "a keyword that is supported");
      }
    }
    if (object.has("$ref")) {
      return reference(object, place);
    }
    if (object.has("allOf")) {
      return allOf(object, place);
    }
    if (object.has("anyOf") || object.has("oneOf")) {
      return anyOf(object, object.has("anyOf") ? "anyOf" : "oneOf", place);
    }
    if (object.has("enum") || object.has("const")) {
      return constants(object, place);
    }
    return ofTypes(object, types(object, place), place);
  }

  private static boolean isKnown(String keyword) {
    return COMBINING.contains(keyword)
        || STRING_KEYWORDS.contains(keyword)
        || NUMBER_KEYWORDS.contains(keyword)
        || ARRAY_KEYWORDS.contains(keyword)
        || OBJECT_KEYWORDS.contains(keyword)
        || ANNOTATIONS.contains(keyword);
  }

  static boolean isAnnotation(String keyword) {
    return ANNOTATIONS.contains(keyword);
  }

  /** A place of the schema, for messages. */
  String at(String place) {
    return origin + ": " + place;
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  InputException unsupported(String place, String keyword, String expected) {
    return new InputException(
        "%s: %s/%s is not supported, expected %s"
            .formatted(origin, place, Excerpt.of(pointer(keyword)), expected));
  }

  /** A name as it stands in a JSON pointer. */
  static String pointer(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private Expression reference(ObjectNode object, String place) {
    String target = object.path("$ref").asString("");
    JsonNode referred = referred(target, place);
    ObjectNode rest = object.deepCopy();
    rest.remove("$ref");
    String there = target.isEmpty() ? "#" : target;
    if (plain(rest).isBoolean()) {
      return call(referred, there);
    }
    // What refers to others is followed, so that what stands beside it can be put to it.
    JsonNode found = referred;
    for (int i = 0; found.has("$ref") && found.size() == 1; i++) {
      if (i == MOST_REFERENCES) {
        throw unsupported(place, "$ref", "fewer references to references");
      }
      found = plain(referred(found.path("$ref").asString(""), there));
    }
    return call(new SchemaMerge(this, place).of(found, rest), place);
  }

  private JsonNode referred(String target, String place) {
    JsonNode found = target.equals("#") ? root : null;
    if (target.startsWith("#/")) {
      found = root;
      for (String part : target.substring(2).split("/", -1)) {
        String name =
            URLDecoder.decode(
                    part.replace("+", "%2B").replaceAll("%(?![0-9A-Fa-f]{2})", "%25"),
                    StandardCharsets.UTF_8)
                .replace("~1", "/")
                .replace("~0", "~");
        found =
            found.isArray() && name.matches("[0-9]{1,6}")
                ? found.path(Integer.parseInt(name))
                : found.path(name);
      }
    }
    if (found == null) {
      throw unsupported(place, "$ref", "\"#\" or \"#/...\", a place in the schema itself");
    }
    if (found.isMissingNode()) {
      throw new InputException(
          "%s: %s/$ref: there is nothing at %s".formatted(origin, place, Excerpt.of(target)));
    }
    return found;
  }

  private Expression allOf(ObjectNode object, String place) {
    ObjectNode rest = object.deepCopy();
    rest.remove("allOf");
    JsonNode all = rest;
    int number = 0;
    for (JsonNode part : list(object, "allOf", place)) {
      all = new SchemaMerge(this, place).of(all, followed(part, place + "/allOf/" + number++));
    }
    return call(all, place);
  }

  /** A schema without references in its place. */
  private JsonNode followed(JsonNode schema, String place) {
    JsonNode found = schema;
    for (int i = 0; found.has("$ref"); i++) {
      if (i == MOST_REFERENCES) {
        throw unsupported(place, "$ref", "fewer references to references");
      }
      ObjectNode rest = ((ObjectNode) found).deepCopy();
      rest.remove("$ref");
      JsonNode there = referred(found.path("$ref").asString(""), place);
      found = new SchemaMerge(this, place).of(there, rest);
    }
    return found;
  }

  private Expression anyOf(ObjectNode object, String keyword, String place) {
    ObjectNode rest = object.deepCopy();
    rest.remove(keyword);
    List<Expression> options = new ArrayList<>();
    int number = 0;
    for (JsonNode option : list(object, keyword, place)) {
      String there = place + "/" + keyword + "/" + number++;
      if (plain(rest).isBoolean()) {
        options.add(call(option, there));
      } else {
        options.add(call(new SchemaMerge(this, there).of(rest, followed(option, there)), there));
      }
    }
    return new Expression.Choice(options);
  }

  JsonNode list(ObjectNode object, String keyword, String place) {
    JsonNode list = object.path(keyword);
    if (!list.isArray() || list.isEmpty()) {
      throw wrong(place, keyword, list, "a list of one or more");
    }
    return list;
  }

  InputException wrong(String place, String keyword, JsonNode found, String expected) {
    return new InputException(
        "%s: %s/%s is %s, expected %s"
            .formatted(origin, place, pointer(keyword), Excerpt.of(found.toString()), expected));
  }

  private Set<String> types(ObjectNode object, String place) {
    JsonNode type = object.path("type");
    Set<String> types = new LinkedHashSet<>();
    if (type.isMissingNode()) {
      return spokenOf(object);
    }
    for (JsonNode each : type.isArray() ? type : List.of(type)) {
      if (!each.isString() || !TYPES.contains(each.stringValue())) {
        throw wrong(place, "type", type, "of " + String.join(", ", TYPES.reversed()));
      }
      types.add(each.stringValue());
    }
    return types;
  }

  /** The types that the keywords of a schema without a type are about. */
  private static Set<String> spokenOf(ObjectNode object) {
    Set<String> types = new LinkedHashSet<>();
    for (String keyword : object.propertyNames()) {
      if (OBJECT_KEYWORDS.contains(keyword)) {
        types.add("object");
      } else if (ARRAY_KEYWORDS.contains(keyword)) {
        types.add("array");
      } else if (STRING_KEYWORDS.contains(keyword)) {
        types.add("string");
      } else if (NUMBER_KEYWORDS.contains(keyword)) {
        types.add("number");
      }
    }
    return types.isEmpty() ? Set.copyOf(TYPES) : types;
  }

  private Expression ofTypes(ObjectNode object, Set<String> types, String place) {
    SchemaValues values = new SchemaValues(this, object, place);
    List<Expression> options = new ArrayList<>();
    for (String type : TYPES) {
      if (!types.contains(type)) {
        continue;
      }
      switch (type) {
        case "object" -> options.add(new SchemaObjects(this, object, place).expression());
        case "array" -> options.add(new SchemaArrays(this, object, place).expression());
        case "string" -> options.add(values.string());
        case "number" -> options.add(values.number(false));
        case "integer" -> {
          // Every whole number is a number.
          if (!types.contains("number")) {
            options.add(values.number(true));
          }
        }
        case "boolean" -> {
          options.add(Expression.literal("true"));
          options.add(Expression.literal("false"));
        }
        default -> options.add(Expression.literal("null"));
      }
    }
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }

  private Expression constants(ObjectNode object, String place) {
    boolean typed = object.has("type");
    Set<String> types = typed ? types(object, place) : Set.of();
    for (String keyword : object.propertyNames()) {
      if (!Set.of("enum", "const", "type").contains(keyword)) {
        throw unsupported(place, keyword, "no other keyword beside enum and const");
      }
    }
    List<Expression> options = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<JsonNode> values = new ArrayList<>();
    if (object.has("enum")) {
      list(object, "enum", place).forEach(values::add);
    } else {
      values.add(object.path("const"));
    }
    for (JsonNode value : values) {
      boolean fits =
          (!object.has("const") || SchemaValues.equal(value, object.path("const")))
              && (!typed || types.stream().anyMatch(type -> SchemaValues.isOf(value, type)));
      if (fits) {
        Expression written = JsonText.value(value);
        if (written instanceof Expression.Literal literal) {
          texts.add(literal.text());
        } else {
          options.add(written);
        }
      }
    }
    if (!texts.isEmpty()) {
      options.add(OneOf.of(texts));
    }
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }
}
