package dev.chainrule.text.architecture;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.text.decoder.DecoderModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tensors of a file, made of a model's parameters: the way back of {@link MappedWeights}. */
final class Joined {
  /** A parameter and where it goes. */
  private record Part(Place place, Tensor value) {}

  private Joined() {}

  /**
   * Tensors by their names in the file, in the order of the parameters. What is a parameter number
   * by number is a view of it.
   */
  static Map<String, Tensor> tensors(DecoderModel model, Function<String, Place> places) {
    Map<String, List<Part>> byTensor = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters().all()) {
      Place place = places.apply(parameter.name());
      Tensor value = model.parameters().value(parameter).host();
      byTensor
          .computeIfAbsent(place.tensor(), key -> new ArrayList<>())
          .add(new Part(place, value));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    byTensor.forEach((name, parts) -> tensors.put(name, joined(parts)));
    return tensors;
  }

  private static Tensor joined(List<Part> parts) {
    Part first = parts.getFirst();
    if (first.place().isPlain()) {
      return first.value();
    }
    int rows = first.value().dim(0);
    int columns = Math.toIntExact(first.value().size() / rows);
    int all = rows * parts.size();
    boolean vector = first.value().rank() == 1;
    int[] shape = first.place().transposed() ? new int[] {columns, all} : new int[] {all, columns};
    Tensor joined = Tensor.zeros(DType.FLOAT32, vector ? new int[] {all} : shape);
    for (Part part : parts) {
      Place place = part.place();
      for (int r = 0; r < rows; r++) {
        long there = place.row(r, rows);
        for (int c = 0; c < columns; c++) {
          long at = place.transposed() ? (long) c * all + there : there * columns + c;
          joined.set(at, part.value().get((long) r * columns + c) - place.plus());
        }
      }
    }
    return joined;
  }
}
