package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Which documents are held out: each by a number that follows from the seed and its own text, so
 * that neither other documents nor their order matter, and of equal documents all are held out or
 * none.
 */
final class HeldOut {
  /** Keeps these draws apart from others under the same seed: "held" in ASCII. */
  private static final long STREAM = 0x68656C64L;

  private HeldOut() {}

  /** Documents to learn, and those held out. */
  record Parts(List<Document> training, List<Document> validation) {}

  /**
   * Splits documents.
   *
   * @param share about which of them is held out; of two or more never none and never all
   * @throws InputException if there are fewer than two different documents
   */
  static Parts split(String origin, List<Document> documents, double share, long seed) {
    double[] numbers = new double[documents.size()];
    double lowest = Double.MAX_VALUE;
    double highest = -1;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          CounterRandom.of(seed, STREAM, hash(Packing.content(documents.get(i)))).nextDouble();
      lowest = Math.min(lowest, numbers[i]);
      highest = Math.max(highest, numbers[i]);
    }
    if (!(lowest < highest)) {
      throw new InputException(
          "%s: has %d documents that differ, expected at least 2 to hold some out"
              .formatted(origin, Math.min(1, numbers.length)));
    }
    Parts parts = new Parts(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < numbers.length; i++) {
      boolean held = numbers[i] == lowest || (numbers[i] < share && numbers[i] != highest);
      (held ? parts.validation : parts.training).add(documents.get(i));
    }
    return parts;
  }

  /** A number that differs where texts do. */
  static long hash(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
