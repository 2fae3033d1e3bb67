package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's table of replacements: a double array of the texts that are replaced, and the
 * replacements, each up to a zero byte. Of several that begin at a place the longest counts.
 *
 * <p>A node of the array is 32 bits: bits 0 to 7 its label, bit 8 whether a replacement hangs on
 * it, bits 10 to 30 the offset to its children, shifted by 8 more where bit 9 is set.
 */
public final class Charsmap {
  private static final int VALUE = 0x7FFF_FFFF;
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final int LONGEST_CLUSTER = 5;

  private final int[] nodes;
  private final byte[] replacements;

  private Charsmap(int[] nodes, byte[] replacements) {
    this.nodes = nodes;
    this.replacements = replacements;
  }

  /**
   * Reads a table.
   *
   * @throws InputException if the bytes are none
   */
  public static Charsmap read(byte[] blob) {
    ByteBuffer in = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    int size = blob.length < Integer.BYTES ? -1 : in.getInt();
    if (size < Integer.BYTES || size % Integer.BYTES != 0 || size > in.remaining()) {
      throw new InputException(
          "precompiled_charsmap has %d bytes of which %d are its table, expected a whole one"
              .formatted(blob.length, size));
    }
    int[] nodes = new int[size / Integer.BYTES];
    in.asIntBuffer().get(nodes);
    byte[] replacements = new byte[in.remaining() - size];
    in.position(in.position() + size).get(replacements);
    return new Charsmap(nodes, replacements);
  }

  String apply(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(utf8.length + 16);
    for (int at = 0; at < utf8.length; ) {
      int end = at + 1;
      while (end < utf8.length && (utf8[end] & 0xC0) == 0x80) {
        end++;
      }
      long match = match(utf8, at, true);
      if (match < 0) {
        out.write(utf8, at, end - at);
        at = end;
      } else {
        replace((int) match, text, out);
        at += (int) (match >>> 32);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * As Hugging Face's library does it: what is seen as one character, where it has less than six
   * bytes, becomes what the shortest match at its beginning becomes, and what has more is replaced
   * by code points.
   */
  String applyToClusters(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    Matcher cluster = CLUSTER.matcher(text);
    while (cluster.find()) {
      byte[] utf8 = cluster.group().getBytes(StandardCharsets.UTF_8);
      if (utf8.length > LONGEST_CLUSTER || !replaced(utf8, text, out)) {
        cluster
            .group()
            .codePoints()
            .forEach(
                c -> {
                  byte[] one = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                  if (!replaced(one, text, out)) {
                    out.writeBytes(one);
                  }
                });
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private boolean replaced(byte[] utf8, String text, ByteArrayOutputStream out) {
    long match = match(utf8, 0, false);
    if (match >= 0) {
      replace((int) match, text, out);
    }
    return match >= 0;
  }

  private void replace(int from, String text, ByteArrayOutputStream out) {
    int to = from;
    while (to < replacements.length && replacements[to] != 0) {
      to++;
    }
    Normalizer.Growth.require(text.length(), (long) out.size() + to - from);
    if (from < to) {
      out.write(replacements, from, to - from);
    }
  }

  /** Length of the match in the upper half, place of its replacement in the lower; -1 for none. */
  private long match(byte[] utf8, int from, boolean longest) {
    long found = -1;
    int place = offset(nodes[0]);
    for (int i = from; i < utf8.length && utf8[i] != 0; i++) {
      int label = utf8[i] & 0xFF;
      place ^= label;
      if (place < 0 || place >= nodes.length || (nodes[place] & 0x8000_00FF) != label) {
        return found;
      }
      int node = nodes[place];
      place ^= offset(node);
      if ((node & 0x100) != 0 && place >= 0 && place < nodes.length) {
        found = ((long) (i + 1 - from) << 32) | (nodes[place] & VALUE);
        if (!longest) {
          return found;
        }
      }
    }
    return found;
  }

  private static int offset(int node) {
    return (node >>> 10) << ((node & 0x200) >>> 6);
  }
}
