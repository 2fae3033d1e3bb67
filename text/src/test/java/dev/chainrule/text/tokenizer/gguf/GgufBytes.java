package dev.chainrule.text.tokenizer.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A GGUF file as bytes, right or wrong. */
public final class GgufBytes {
  private static final int ALIGNMENT = 32;

  private GgufBytes() {}

  /**
   * A tensor.
   *
   * @param dimensions as they lie in the file
   * @param type by its number
   * @param data its blocks
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Stored(String name, long[] dimensions, int type, byte[] data) {}

  /**
   * The whole file.
   *
   * @param metadata values are texts, truths, whole numbers (Integer and Long), reals (Float), and
   *     lists of them
   */
  public static byte[] of(Map<String, Object> metadata, List<Stored> tensors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(little(4, 3));
    out.writeBytes(little(8, tensors.size()));
    out.writeBytes(little(8, metadata.size()));
    metadata.forEach(
        (key, value) -> {
          text(out, key);
          value(out, value);
        });
    long offset = 0;
    for (Stored tensor : tensors) {
      text(out, tensor.name());
      out.writeBytes(little(4, tensor.dimensions().length));
      for (long dimension : tensor.dimensions()) {
        out.writeBytes(little(8, dimension));
      }
      out.writeBytes(little(4, tensor.type()));
      out.writeBytes(little(8, offset));
      offset += aligned(tensor.data().length);
    }
    out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
    for (Stored tensor : tensors) {
      out.writeBytes(Arrays.copyOf(tensor.data(), (int) aligned(tensor.data().length)));
    }
    return out.toByteArray();
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static byte[] little(int bytes, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    return Arrays.copyOf(buffer.array(), bytes);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(little(8, bytes.length));
    out.writeBytes(bytes);
  }

  private static void list(ByteArrayOutputStream out, int type, int length) {
    out.writeBytes(little(4, 9));
    out.writeBytes(little(4, type));
    out.writeBytes(little(8, length));
  }

  private static void value(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case String text -> {
        out.writeBytes(little(4, 8));
        text(out, text);
      }
      case Boolean truth -> {
        out.writeBytes(little(4, 7));
        out.write(truth ? 1 : 0);
      }
      case Integer number -> {
        out.writeBytes(little(4, 4));
        out.writeBytes(little(4, number));
      }
      case Long number -> {
        out.writeBytes(little(4, 10));
        out.writeBytes(little(8, number));
      }
      case Float number -> {
        out.writeBytes(little(4, 6));
        out.writeBytes(little(4, Float.floatToRawIntBits(number)));
      }
      case int[] numbers -> {
        list(out, 5, numbers.length);
        Arrays.stream(numbers).forEach(number -> out.writeBytes(little(4, number)));
      }
      case float[] numbers -> {
        list(out, 6, numbers.length);
        for (float number : numbers) {
          out.writeBytes(little(4, Float.floatToRawIntBits(number)));
        }
      }
      case List<?> texts -> {
        list(out, 8, texts.size());
        texts.forEach(text -> text(out, (String) text));
      }
      default -> throw new AssertionError(value);
    }
  }
}
