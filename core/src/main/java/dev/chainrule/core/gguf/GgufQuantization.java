package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.BlockFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Writes the model of a GGUF file with its weights in another format, and all else that the file
 * says as it is: tokenizer, template, sizes. A tensor that has its format already is copied; one of
 * codes is widened and rounded again, which loses twice.
 */
public final class GgufQuantization {
  private static final String FILE_TYPE = "general.file_type";
  private static final String VERSION = "general.quantization_version";
  private static final int QUANTIZATION_VERSION = 2;

  private GgufQuantization() {}

  /**
   * What was written.
   *
   * @param tensors how many
   * @param formats how many tensors have each format
   * @param fallbacks tensors whose rows are too short for the format they would have had
   * @param roundedTwice tensors that had codes, and have other ones now
   * @param elements of all tensors
   * @param bytes of all tensors
   */
  public record Result(
      int tensors,
      Map<BlockFormat, Integer> formats,
      int fallbacks,
      int roundedTwice,
      long elements,
      long bytes) {
    /** Bits that an element takes. */
    public double bitsPerElement() {
      return 8.0 * bytes / elements;
    }
  }

  /** What decides the format of each tensor of a file. */
  public static TensorFormats formats(GgufFile source, BlockFormat format, boolean pure) {
    return new TensorFormats(format, pure, !source.has("output.weight"));
  }

  /**
   * Writes a file, which is replaced in one step.
   *
   * @param threads that round
   * @param written is told how many bytes of tensors were written, now and then
   * @throws dev.chainrule.base.InputException if a weight is no number or too large for its format
   * @throws IOException if the disk fails; the file is then as before
   */
  public static Result write(
      GgufFile source, TensorFormats formats, Path file, int threads, LongConsumer written)
      throws IOException {
    GgufWriter writer = new GgufWriter();
    source.metadata().keys().forEach(key -> writer.copy(source.metadata(), key));
    writer.set(FILE_TYPE, fileType(formats.format()));
    writer.set(VERSION, QUANTIZATION_VERSION);
    Map<BlockFormat, Integer> counts = new EnumMap<>(BlockFormat.class);
    int fallbacks = 0;
    int roundedTwice = 0;
    long elements = 0;
    long bytes = 0;
    for (GgufTensor tensor : source.tensors()) {
      long[] shape = tensor.shape();
      BlockFormat format = formats.of(tensor.name(), shape);
      if (format == tensor.format()) {
        writer.add(tensor.name(), format, shape, tensor.data());
      } else {
        writer.add(tensor.name(), format, shape, tensor::read);
        roundedTwice += tensor.format().elements() > 1 && format.elements() > 1 ? 1 : 0;
      }
      fallbacks += formats.isFallback(tensor.name(), shape) ? 1 : 0;
      counts.merge(format, 1, Integer::sum);
      elements += tensor.size();
      bytes += format.bytes(tensor.size());
    }
    writer.write(file, threads, written);
    return new Result(source.tensors().size(), counts, fallbacks, roundedTwice, elements, bytes);
  }

  /** What most of the matrices are in, by llama.cpp's numbers. */
  static long fileType(BlockFormat format) {
    return switch (format) {
      case F32 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q4_1 -> 3;
      case Q8_0 -> 7;
      case Q5_0 -> 8;
      case Q5_1 -> 9;
      case Q2_K -> 10;
      case Q3_K -> 11;
      case Q4_K -> 14;
      case Q5_K -> 16;
      case Q6_K -> 18;
      case BF16 -> 32;
    };
  }
}
