package dev.chainrule.base.io;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.PropertyNamingStrategy;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares the keys of JSON objects with the components of the records that they are read into,
 * before Jackson does: Jackson reports a misspelt key as the missing one, and hands null to
 * constructors that do not take it.
 */
final class KeyCheck {
  private static final PropertyNamingStrategy SNAKE_CASE = PropertyNamingStrategies.SNAKE_CASE;

  private final JsonMapper mapper;
  private final JsonParser parser;

  private KeyCheck(JsonMapper mapper, JsonParser parser) {
    this.mapper = mapper;
    this.parser = parser;
  }

  /**
   * Reads all keys.
   *
   * @throws StreamReadException at the first key that is no component
   */
  static void check(JsonMapper mapper, String text, Class<?> type) {
    try (JsonParser parser = mapper.createParser(text)) {
      parser.nextToken();
      new KeyCheck(mapper, parser).value(mapper.constructType(type));
    }
  }

  private void value(JavaType type) {
    JsonToken token = parser.currentToken();
    boolean record = type.isRecordType();
    if (token == JsonToken.START_OBJECT && (record || type.isMapLikeType())) {
      Map<String, RecordComponent> components = record ? components(type) : Map.of();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        RecordComponent component = components.get(key);
        if (record && component == null) {
          throw refused("unknown key \"%s\", expected %s".formatted(key, components.keySet()));
        }
        JavaType content =
            component == null
                ? type.getContentType()
                : mapper.constructType(component.getGenericType());
        parser.nextToken();
        if (component == null
            || !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          requireNotNull(content, "key \"" + key + "\"");
        }
        value(content);
      }
    } else if (token == JsonToken.START_ARRAY && type.getContentType() != null) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireNotNull(type.getContentType(), "an element of a list");
        value(type.getContentType());
      }
    } else {
      parser.skipChildren();
    }
  }

  private void requireNotNull(JavaType type, String name) {
    if (parser.currentToken() == JsonToken.VALUE_NULL && !type.isTypeOrSubTypeOf(JsonNode.class)) {
      throw refused("%s is null, expected %s".formatted(name, type.getRawClass().getSimpleName()));
    }
  }

  private StreamReadException refused(String sentence) {
    return new StreamReadException(parser, sentence, parser.currentTokenLocation());
  }

  private static Map<String, RecordComponent> components(JavaType type) {
    Map<String, RecordComponent> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRawClass().getRecordComponents()) {
      components.put(SNAKE_CASE.nameForField(null, null, component.getName()), component);
    }
    return components;
  }
}
