package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.subword.IdList;
import dev.chainrule.text.tokenizer.subword.WholeText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code tokenizer.json} as it was read: its vocabulary and merges, which may be half a million,
 * as lists, and all else as a tree.
 */
final class TokenizerDocument {
  private static final int FEW = 1 << 10;

  final List<String> tokens = new ArrayList<>();

  /** Of the tokens, in their order. */
  final IdList ids = new IdList();

  /** Of the tokens of a unigram model; else empty. */
  double[] scores = {};

  final List<String> left = new ArrayList<>();
  final List<String> right = new ArrayList<>();
  final ObjectNode rest = Json.mapper().createObjectNode();
  final ObjectNode model = Json.mapper().createObjectNode();
  private boolean hasModel;

  private TokenizerDocument() {}

  static TokenizerDocument parse(String text, String origin) {
    return Json.stream(text, origin, TokenizerDocument::read);
  }

  private static TokenizerDocument read(JsonParser in) {
    TokenizerDocument document = new TokenizerDocument();
    require(in, JsonToken.START_OBJECT, "an object");
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = in.currentName();
      in.nextToken();
      if (key.equals("model")) {
        document.hasModel = true;
        document.readModel(in);
      } else {
        document.rest.set(key, in.<JsonNode>readValueAsTree());
      }
    }
    if (!document.hasModel) {
      throw new StreamReadException(in, "model is missing, expected a tokenizer's");
    }
    return document;
  }

  private void readModel(JsonParser in) {
    require(in, JsonToken.START_OBJECT, "an object");
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "vocab" -> readVocabulary(in);
        case "merges" -> readMerges(in);
        default -> model.set(key, in.<JsonNode>readValueAsTree());
      }
    }
  }

  private void readVocabulary(JsonParser in) {
    if (in.currentToken() == JsonToken.START_ARRAY) {
      readScores(in);
      return;
    }
    require(in, JsonToken.START_OBJECT, "an object or a list");
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      tokens.add(whole(in, in.currentName()));
      in.nextToken();
      require(in, JsonToken.VALUE_NUMBER_INT, "a token's number");
      int id = in.getIntValue();
      if (id < 0) {
        throw new StreamReadException(in, "token has number " + id + ", expected one from 0");
      }
      ids.add(id);
    }
  }

  private void readScores(JsonParser in) {
    double[] read = new double[FEW];
    while (in.nextToken() == JsonToken.START_ARRAY) {
      in.nextToken();
      require(in, JsonToken.VALUE_STRING, "a token's text");
      if (tokens.size() == read.length) {
        read = Arrays.copyOf(read, 2 * read.length);
      }
      ids.add(tokens.size());
      String token = whole(in, in.getString());
      JsonToken number = in.nextToken();
      if (number != JsonToken.VALUE_NUMBER_INT && number != JsonToken.VALUE_NUMBER_FLOAT) {
        throw new StreamReadException(in, "has " + number + ", expected a token's score");
      }
      read[tokens.size()] = in.getDoubleValue();
      if (!Double.isFinite(read[tokens.size()])) {
        throw new StreamReadException(in, "a token's score is no finite number, expected one");
      }
      tokens.add(token);
      in.nextToken();
      require(in, JsonToken.END_ARRAY, "the end of a token and its score");
    }
    require(in, JsonToken.END_ARRAY, "a token and its score");
    scores = Arrays.copyOf(read, tokens.size());
  }

  private void readMerges(JsonParser in) {
    require(in, JsonToken.START_ARRAY, "a list");
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() == JsonToken.START_ARRAY) {
        in.nextToken();
        require(in, JsonToken.VALUE_STRING, "the left token of a merge");
        left.add(in.getString());
        in.nextToken();
        require(in, JsonToken.VALUE_STRING, "the right token of a merge");
        right.add(in.getString());
        in.nextToken();
        require(in, JsonToken.END_ARRAY, "the end of a merge of two");
      } else {
        require(in, JsonToken.VALUE_STRING, "a merge");
        String merge = in.getString();
        int space = merge.indexOf(' ');
        if (space < 0 || space != merge.lastIndexOf(' ')) {
          throw new StreamReadException(
              in, "has a merge without one space, expected two tokens with a space between");
        }
        left.add(merge.substring(0, space));
        right.add(merge.substring(space + 1));
      }
    }
  }

  private static String whole(JsonParser in, String token) {
    if (!WholeText.is(token)) {
      throw new StreamReadException(in, "a token has half a character, expected whole ones");
    }
    return token;
  }

  private static void require(JsonParser in, JsonToken token, String expected) {
    if (in.currentToken() != token) {
      throw new StreamReadException(
          in, "has %s, expected %s".formatted(in.currentToken(), expected));
    }
  }
}
