package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.CalibratedRounding;
import dev.chainrule.core.quant.InputMoments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Writes a model as a GGUF file with its weights in given formats: tensors are added with what they
 * are named and hold, and rounded when the file is written.
 */
public final class GgufQuantization {
  private static final String FILE_TYPE = "general.file_type";
  private static final String VERSION = "general.quantization_version";
  private static final int QUANTIZATION_VERSION = 2;

  private final TensorFormats formats;
  private final Map<String, InputMoments> calibration;
  private final GgufWriter writer = new GgufWriter();
  private final Map<BlockFormat, Integer> counts = new EnumMap<>(BlockFormat.class);
  private int tensors;
  private int fallbacks;
  private int roundedTwice;
  private int calibrated;
  private long elements;
  private long bytes;

  /**
   * A file without tensors, which says nothing yet.
   *
   * @param tied whether the model's embedding makes logits
   * @param layers of the model
   */
  public GgufQuantization(Rounding rounding, boolean tied, int layers) {
    formats = new TensorFormats(rounding.type(), rounding.pure(), tied, layers);
    calibration = rounding.calibration();
  }

  /**
   * What is written, or was.
   *
   * @param tensors how many
   * @param formats how many tensors have each format
   * @param fallbacks tensors whose rows are too short for the format they would have had
   * @param roundedTwice tensors that had codes, and have other ones now
   * @param calibrated tensors that were rounded with regard to their inputs
   * @param elements of all tensors
   * @param bytes of all tensors
   */
  public record Result(
      int tensors,
      Map<BlockFormat, Integer> formats,
      int fallbacks,
      int roundedTwice,
      int calibrated,
      long elements,
      long bytes) {
    /** Bits that an element takes. */
    public double bitsPerElement() {
      return 8.0 * bytes / elements;
    }
  }

  /**
   * The model of a GGUF file, and all else that the file says as it is: tokenizer, template, sizes.
   * A tensor that has its format already is copied; one of codes is widened and rounded again,
   * which loses twice.
   *
   * @param source stays open until the file is written
   */
  public static GgufQuantization of(GgufFile source, Rounding rounding) {
    return of(source, rounding, Map.of());
  }

  /**
   * The same with other numbers for some tensors.
   *
   * @param others by the names of the tensors
   */
  public static GgufQuantization of(
      GgufFile source, Rounding rounding, Map<String, GgufWriter.Elements> others) {
    GgufQuantization all =
        new GgufQuantization(rounding, !source.has("output.weight"), layers(source));
    source.metadata().keys().forEach(key -> all.writer.copy(source.metadata(), key));
    for (GgufTensor tensor : source.tensors()) {
      GgufWriter.Elements other = others.get(tensor.name());
      if (other == null) {
        all.add(tensor);
      } else {
        all.add(tensor.name(), tensor.shape(), other);
      }
    }
    return all;
  }

  private static int layers(GgufFile source) {
    int layers = 0;
    for (GgufTensor tensor : source.tensors()) {
      layers = Math.max(layers, TensorFormats.layer(tensor.name()) + 1);
    }
    return layers;
  }

  /** What decides the format of each tensor. */
  public TensorFormats formats() {
    return formats;
  }

  /** Takes what the file is to say beside its tensors. */
  public GgufWriter metadata() {
    return writer;
  }

  private void add(GgufTensor tensor) {
    long[] shape = tensor.shape();
    BlockFormat format = formats.of(tensor.name(), shape);
    if (format == tensor.format()) {
      writer.add(tensor.name(), format, shape, tensor.data());
    } else {
      add(tensor.name(), format, shape, tensor::read);
      roundedTwice += tensor.format().elements() > 1 && format.elements() > 1 ? 1 : 0;
    }
    count(tensor.name(), shape, format);
  }

  /**
   * Adds a tensor.
   *
   * @param name as GGUF has it
   * @param shape in row-major order
   */
  public void add(String name, long[] shape, GgufWriter.Elements numbers) {
    BlockFormat format = formats.of(name, shape);
    add(name, format, shape, numbers);
    count(name, shape, format);
  }

  private void add(String name, BlockFormat format, long[] shape, GgufWriter.Elements numbers) {
    InputMoments moments = calibration.get(name);
    if (moments == null || !CalibratedRounding.isFor(format)) {
      writer.add(name, format, shape, numbers);
    } else {
      writer.add(name, format, shape, numbers, moments);
      calibrated++;
    }
  }

  private void count(String name, long[] shape, BlockFormat format) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    tensors++;
    fallbacks += formats.isFallback(name, shape) ? 1 : 0;
    counts.merge(format, 1, Integer::sum);
    elements += size;
    bytes += format.bytes(size);
  }

  /** What has been added. */
  public Result result() {
    return new Result(
        tensors, new EnumMap<>(counts), fallbacks, roundedTwice, calibrated, elements, bytes);
  }

  /**
   * Writes the file, which is replaced in one step.
   *
   * @param threads that round
   * @param written is told how many bytes of tensors were written, now and then
   * @throws dev.chainrule.base.InputException if a weight is no number or too large for its format
   * @throws IOException if the disk fails; the file is then as before
   */
  public Result write(Path file, int threads, LongConsumer written) throws IOException {
    writer.set(FILE_TYPE, formats.type().number());
    writer.set(VERSION, QUANTIZATION_VERSION);
    writer.write(file, threads, written);
    return result();
  }
}
