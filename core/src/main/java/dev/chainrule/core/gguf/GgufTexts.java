package dev.chainrule.core.gguf;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * An array of texts as a GGUF file has it: the UTF-8 of all in one array of bytes, so that a
 * vocabulary of many thousand tokens is two arrays, and a text an object only where it is asked
 * for.
 */
public final class GgufTexts {
  private final byte[] utf8;
  private final int[] starts;

  GgufTexts(byte[] utf8, int[] starts) {
    this.utf8 = utf8;
    this.starts = starts;
  }

  /** How many there are. */
  public int size() {
    return starts.length - 1;
  }

  /** A text. */
  public String text(int i) {
    Objects.checkIndex(i, size());
    return new String(utf8, starts[i], starts[i + 1] - starts[i], StandardCharsets.UTF_8);
  }

  /** The bytes of all texts, one after the other; the caller changes nothing in it. */
  public byte[] utf8() {
    return utf8;
  }

  /** Where each text begins, and where the last one ends: one more than there are texts. */
  public int[] starts() {
    return starts;
  }
}
