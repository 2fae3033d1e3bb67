package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.StepKernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The linear maps of a decoder, made ready by all workers of an engine at once. */
final class StepMaps {
  private final Map<String, PackedLinear> packed = new ConcurrentHashMap<>();

  StepMaps(DecoderShape shape, DecoderWeights weights, Engine engine) {
    Map<String, String> names = new LinkedHashMap<>();
    // The largest by far, so that no worker is left with it at the end.
    names.put("head", weights.has("head.weight") ? "head" : "embed");
    for (int layer = 0; layer < shape.layers().size(); layer++) {
      for (String map : List.of("q", "k", "v", "o", "gate", "up", "down")) {
        String name = "layers.%d.%s".formatted(layer, map);
        if (weights.has(name + ".weight")) {
          names.put(name, name);
        }
      }
    }
    List<Map.Entry<String, String>> list = new ArrayList<>(names.entrySet());
    AtomicInteger next = new AtomicInteger();
    engine.run(
        worker -> {
          StepKernels steps = engine.kernels(worker).steps();
          for (int i = next.getAndIncrement(); i < list.size(); i = next.getAndIncrement()) {
            String name = list.get(i).getKey();
            String stored = list.get(i).getValue();
            packed.put(
                name,
                steps.pack(
                    weights.matrix(stored + ".weight"),
                    weights.vectorIfAny(name + ".bias"),
                    StepKernels.Reading.STREAMED));
          }
        });
  }

  boolean has(String name) {
    return packed.containsKey(name);
  }

  PackedLinear get(String name) {
    PackedLinear map = packed.get(name);
    if (map == null) {
      throw new IllegalArgumentException("no weights %s.weight, expected some".formatted(name));
    }
    return map;
  }

  /** Bytes of weights that a step of one row reads. */
  long bytes() {
    return packed.values().stream().mapToLong(PackedLinear::bytes).sum();
  }
}
