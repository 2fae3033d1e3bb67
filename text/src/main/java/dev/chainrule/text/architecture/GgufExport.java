package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Writes models as GGUF files, which llama.cpp opens where a tokenizer is added. */
public final class GgufExport {
  private GgufExport() {}

  /**
   * A file of a model's weights and sizes, to which its user adds what else it is to say, and which
   * he writes.
   *
   * @throws InputException if none of the architectures that are known can say the configuration
   */
  public static GgufQuantization of(DecoderModel model, Rounding rounding) {
    DecoderConfig config = model.config();
    GgufQuantization file =
        new GgufQuantization(rounding, config.tiedEmbeddings(), config.numLayers());
    HubExport.written(config).architecture().write(config, file.metadata());
    tensors(model).forEach((name, tensor) -> file.add(name, shape(tensor), elements(tensor)));
    return file;
  }

  /** A model's weights by the names of the tensors in which a GGUF file has them. */
  public static Map<String, GgufWriter.Elements> elements(DecoderModel model) {
    Map<String, GgufWriter.Elements> elements = new LinkedHashMap<>();
    tensors(model).forEach((name, tensor) -> elements.put(name, elements(tensor)));
    return elements;
  }

  private static Map<String, Tensor> tensors(DecoderModel model) {
    DecoderConfig config = model.config();
    Architecture architecture = HubExport.written(config).architecture();
    return Joined.tensors(model, parameter -> architecture.inGguf(parameter, config));
  }

  private static long[] shape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).asLongStream().toArray();
  }

  private static GgufWriter.Elements elements(Tensor tensor) {
    return (from, to, n) -> tensor.read(from, to, 0, n);
  }

  /**
   * Writes a file of weights as they lie, each matrix in its format.
   *
   * @param more adds what else the file is to say: the tokenizer
   * @throws InputException if none of the architectures that are known can say the configuration
   * @throws IllegalArgumentException if the architecture's files hold a matrix otherwise than row
   *     by row
   */
  public static void write(
      DecoderConfig config, DecoderWeights weights, Path file, Consumer<GgufWriter> more)
      throws IOException {
    Architecture architecture = HubExport.written(config).architecture();
    GgufWriter writer = new GgufWriter();
    architecture.write(config, writer);
    more.accept(writer);
    for (Parameter parameter : new DecoderModel(config).parameters().all()) {
      String name = parameter.name();
      Place place = architecture.inGguf(name, config);
      if (!place.isOfRows() || place.parts() > 1) {
        throw new IllegalArgumentException(
            "%s is not stored row by row in files of %s".formatted(name, architecture.name()));
      }
      int rows = parameter.shape()[0];
      boolean vector = parameter.shape().length == 1;
      BlockMatrix matrix =
          vector
              ? new BlockMatrix(BlockFormat.F32, rows, 1, weights.vector(name).segment())
              : weights.matrix(name);
      BlockMatrix stored = place.interleaved() == 0 ? matrix : inOrder(matrix, place);
      long[] shape = vector ? new long[] {rows} : new long[] {rows, matrix.columns()};
      writer.add(place.tensor(), stored.format(), shape, stored.data());
    }
    writer.write(file);
  }

  /** The name of the tensor in which a GGUF file of such a model has a parameter. */
  public static String tensor(DecoderConfig config, String parameter) {
    return HubExport.written(config).architecture().inGguf(parameter, config).tensor();
  }

  /** The rows in the file's order. */
  private static BlockMatrix inOrder(BlockMatrix matrix, Place place) {
    int[] from = new int[matrix.rows()];
    for (int r = 0; r < from.length; r++) {
      from[place.row(r, from.length)] = r;
    }
    return matrix.permuted(r -> from[r]);
  }
}
