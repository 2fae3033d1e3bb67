package dev.chainrule.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns one stream of ids into text as they come. Bytes of a character that is not complete yet are
 * held back; bytes that are no UTF-8 become U+FFFD.
 */
public final class StreamingDecoder {
  private static final int MAX_HELD_BYTES = 3;

  private final Tokenizer tokenizer;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] held = {};

  /** Spaces that are still left out if the next bytes are some. */
  private int added;

  /** Of a text from its beginning, with nothing read yet. */
  public StreamingDecoder(Tokenizer tokenizer) {
    this(tokenizer, tokenizer.addedSpaces());
  }

  private StreamingDecoder(Tokenizer tokenizer, int added) {
    this.tokenizer = tokenizer;
    this.added = added;
  }

  /** Of a text that goes on after other tokens, so that a space at its beginning is one. */
  public static StreamingDecoder continuing(Tokenizer tokenizer) {
    return new StreamingDecoder(tokenizer, 0);
  }

  /** Reads one id and gives the characters that it completes, often one, sometimes none. */
  public String push(int id) {
    return decode(withoutAdded(tokenizer.bytesOf(id)), false);
  }

  /** Ends the text: U+FFFD if a character was left incomplete. The decoder then begins anew. */
  public String finish() {
    String rest = decode(new byte[0], true);
    decoder.reset();
    added = tokenizer.addedSpaces();
    return rest;
  }

  /** Reads ids and ends the text. */
  public String decode(int... ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(push(id));
    }
    return text.append(finish()).toString();
  }

  private byte[] withoutAdded(byte[] bytes) {
    int from = 0;
    while (from < bytes.length && added > 0) {
      if (bytes[from] == ' ') {
        from++;
        added--;
      } else {
        added = 0;
      }
    }
    return from == 0 ? bytes : Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private String decode(byte[] bytes, boolean last) {
    ByteBuffer in = ByteBuffer.allocate(held.length + bytes.length).put(held).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(bytes.length + MAX_HELD_BYTES);
    decoder.decode(in, out, last);
    held = new byte[in.remaining()];
    in.get(held);
    return out.flip().toString();
  }
}
