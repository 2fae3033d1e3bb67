package dev.chainrule.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

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

  /** With nothing read yet. */
  public StreamingDecoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Reads one id and gives the characters that it completes, often one, sometimes none. */
  public String push(int id) {
    return decode(tokenizer.bytesOf(id), false);
  }

  /** Ends the text: U+FFFD if a character was left incomplete. The decoder then begins anew. */
  public String finish() {
    String rest = decode(new byte[0], true);
    decoder.reset();
    return rest;
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
