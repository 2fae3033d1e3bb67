package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.run.Continuation;
import dev.chainrule.text.run.ScoredText;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens in answers: their text, or where they are a part of a character, their bytes as {@code
 * \xe2\x82}; a control token as its vocabulary spells it.
 */
record Spelling(Tokenizer tokenizer) {
  private byte[] bytes(int id) {
    byte[] bytes = tokenizer.bytesOf(id);
    return bytes.length == 0 ? tokenizer.piece(id).getBytes(StandardCharsets.UTF_8) : bytes;
  }

  String text(int id) {
    byte[] bytes = bytes(id);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException partOfACharacter) {
      StringBuilder text = new StringBuilder();
      for (byte b : bytes) {
        text.append("\\x%02x".formatted(b & 0xff));
      }
      return text.toString();
    }
  }

  private ObjectNode entry(int id, double logProb) {
    ObjectNode entry = Json.mapper().createObjectNode();
    entry.put("token", text(id)).put("logprob", logProb);
    ArrayNode list = entry.putArray("bytes");
    for (byte b : bytes(id)) {
      list.add(b & 0xff);
    }
    return entry;
  }

  /** A token as the chat and responses routes have it. */
  ObjectNode entry(Continuation.Token token) {
    ObjectNode entry = entry(token.id(), token.logProb());
    ArrayNode top = entry.putArray("top_logprobs");
    for (ScoredText.Candidate candidate : token.top()) {
      top.add(entry(candidate.id(), candidate.logProb()));
    }
    return entry;
  }
}
