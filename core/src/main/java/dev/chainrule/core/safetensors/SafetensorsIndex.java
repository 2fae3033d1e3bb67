package dev.chainrule.core.safetensors;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Which tensor lies in which file: {@code weight_map} of {@code model.safetensors.index.json}. The
 * files are plain names, so that nothing outside of the folder can be meant.
 */
final class SafetensorsIndex {
  private static final String WEIGHT_MAP = "weight_map";
  private static final String ENDING = ".safetensors";
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES).build();

  private SafetensorsIndex() {}

  /** The names of the files by those of the tensors, in the order of the index. */
  static Map<String, String> parse(String origin, String text) {
    Map<String, String> files = null;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(origin + ": is no JSON object, expected one");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean weightMap = parser.currentName().equals(WEIGHT_MAP);
        parser.nextToken();
        if (!weightMap) {
          parser.skipChildren();
        } else if (files != null) {
          throw new InputException(origin + ": has the key weight_map twice, expected it once");
        } else {
          files = weightMap(origin, parser);
        }
      }
      if (parser.nextToken() != null) {
        throw new InputException(origin + ": goes on after its JSON object, expected the end");
      }
    } catch (JacksonException e) {
      throw new InputException(
          "%s: is no valid JSON (%s)".formatted(origin, Excerpt.sentence(e.getOriginalMessage())),
          e);
    }
    if (files == null || files.isEmpty()) {
      throw new InputException(
          "%s: %s, expected one that names the file of each tensor"
              .formatted(origin, files == null ? "has no weight_map" : "has an empty weight_map"));
    }
    return files;
  }

  private static Map<String, String> weightMap(String origin, JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InputException(origin + ": its weight_map is no object, expected one");
    }
    Map<String, String> files = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String tensor = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new InputException(
            "%s: the file of tensor \"%s\" is no text, expected a name"
                .formatted(origin, Excerpt.of(tensor)));
      }
      String file = parser.getString();
      if (!isPlainName(file)) {
        throw new InputException(
            "%s: tensor \"%s\" lies in \"%s\", expected the name of a %s file of the same folder"
                .formatted(origin, Excerpt.of(tensor), Excerpt.of(file), ENDING));
      }
      if (files.put(tensor, file) != null) {
        throw new InputException(
            "%s: names tensor \"%s\" twice, expected it once"
                .formatted(origin, Excerpt.of(tensor)));
      }
    }
    return files;
  }

  private static boolean isPlainName(String file) {
    return file.endsWith(ENDING)
        && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }
}
