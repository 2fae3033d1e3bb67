package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.text.decoder.WeightSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The weights of a file by the model's names.
 *
 * @param tensors of the file
 * @param places where each parameter is
 * @param ignored which tensors are no weights of the model
 */
record MappedWeights(
    ForeignTensors tensors, Function<String, Place> places, Predicate<String> ignored)
    implements WeightSource {
  @Override
  public String origin() {
    return tensors.origin();
  }

  @Override
  public Set<String> unused(Collection<String> parameters) {
    Set<String> names = new TreeSet<>(tensors.names());
    names.removeIf(ignored);
    for (String parameter : parameters) {
      names.remove(places.apply(parameter).tensor());
    }
    return names;
  }

  @Override
  public String describe(String name) {
    return places.apply(name).tensor();
  }

  @Override
  public boolean has(String name) {
    return tensors.has(places.apply(name).tensor());
  }

  @Override
  public long[] shape(String name) {
    Place place = places.apply(name);
    long[] shape = tensors.shape(place.tensor());
    if (place.transposed() && shape.length == 2) {
      shape = new long[] {shape[1], shape[0]};
    }
    if (shape.length > 0) {
      if (shape[0] % place.parts() != 0) {
        throw new InputException(
            "%s: tensor %s has %d rows, expected a multiple of %d for as many matrices"
                .formatted(origin(), describe(name), shape[0], place.parts()));
      }
      shape[0] /= place.parts();
    }
    return shape;
  }

  @Override
  public void copyTo(String name, Tensor float32) {
    long[] wanted = Arrays.stream(float32.shape()).asLongStream().toArray();
    if (!Arrays.equals(shape(name), wanted)) {
      throw new InputException(
          "%s: tensor %s gives %s the shape %s, expected %s"
              .formatted(
                  origin(),
                  describe(name),
                  name,
                  Arrays.toString(shape(name)),
                  Arrays.toString(wanted)));
    }
    Place place = places.apply(name);
    if (place.isPlain()) {
      tensors.copyTo(place.tensor(), float32);
      return;
    }
    float[] all = tensors.toFloats(place.tensor());
    int rows = float32.dim(0);
    int columns = Math.toIntExact(float32.size() / rows);
    int allRows = all.length / columns;
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      int there = place.row(r, rows);
      for (int c = 0; c < columns; c++) {
        int at = place.transposed() ? c * allRows + there : there * columns + c;
        row[c] = (float) (all[at] + place.plus());
      }
      float32.write((long) r * columns, row, 0, columns);
    }
  }

  @Override
  public Optional<BlockMatrix> blocks(String name) {
    Place place = places.apply(name);
    if (!place.isOfRows() || tensors.shape(place.tensor()).length != 2) {
      return Optional.empty();
    }
    return tensors.blocks(place.tensor()).map(matrix -> rows(matrix, place));
  }

  private static BlockMatrix rows(BlockMatrix matrix, Place place) {
    int rows = matrix.rows() / place.parts();
    BlockMatrix part = matrix.rows(place.part() * rows, (place.part() + 1) * rows);
    return place.interleaved() == 0
        ? part
        : part.permuted(r -> place.row(r, rows) - place.part() * rows);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
