package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.Rotary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The architectures that are known. */
final class Architectures {
  /** Plain ones first: of those that can say a configuration the first writes it. */
  private static final List<Architecture> ALL =
      List.of(
          new Gpt2(),
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new SmolLm3(),
          new Gemma3());

  private Architectures() {}

  /** Names of all, as GGUF has them. */
  static List<String> names() {
    return ALL.stream().map(Architecture::name).toList();
  }

  /**
   * That of a {@code config.json}.
   *
   * @throws InputException if it is not known; the sentence names those that are
   */
  static Architecture of(HubConfig config) {
    if (config.has("quantization_config")) {
      throw config.refused("quantization_config", "there", "weights that are not quantised");
    }
    String type = config.text("model_type", "");
    if (!type.isEmpty()) {
      return find(config.origin(), "model_type", type, a -> a.modelTypes().contains(type));
    }
    List<String> classes = config.texts("architectures");
    String first = classes.isEmpty() ? "" : classes.getFirst();
    return find(config.origin(), "model_type", first, a -> a.className().equals(first));
  }

  /** That of a GGUF file. */
  static Architecture named(String origin, String name) {
    return find(origin, "general.architecture", name, a -> a.name().equals(name));
  }

  private static Architecture find(
      String origin, String key, String found, Predicate<Architecture> matches) {
    return ALL.stream()
        .filter(matches)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "%s: %s is \"%s\", expected one of the known architectures %s"
                        .formatted(origin, key, Excerpt.of(found), String.join(", ", names()))));
  }

  /**
   * A configuration that a file describes.
   *
   * @throws InputException if no model can be built so
   */
  static DecoderConfig described(String origin, Supplier<DecoderConfig> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(
          "%s: describes no model that can be built (%s)".formatted(origin, e.getMessage()), e);
    }
  }

  /** An architecture that can say a configuration, and the {@code config.json} that says it. */
  record Written(Architecture architecture, Map<String, Object> json) {}

  /**
   * The first architecture of which the {@code config.json}, when it is read again, says the same;
   * empty where none can.
   */
  static Optional<Written> writing(DecoderConfig config) {
    for (Architecture architecture : ALL) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("model_type", architecture.modelTypes().iterator().next());
      json.put("architectures", List.of(architecture.className()));
      architecture.write(config, json);
      try {
        HubConfig written = HubConfig.parse(Json.line(json), architecture.name());
        DecoderConfig again = described(written.origin(), () -> architecture.read(written));
        if (plain(again).equals(plain(config))) {
          return Optional.of(new Written(architecture, json));
        }
      } catch (InputException e) {
        // It has no words for this one.
      }
    }
    return Optional.empty();
  }

  /** The configuration without what makes no difference to what a trained model computes. */
  private static DecoderConfig plain(DecoderConfig c) {
    List<Integer> windows = new ArrayList<>();
    for (int layer = 0; layer < c.numLayers(); layer++) {
      windows.add(c.window(layer));
    }
    boolean windowed = windows.stream().anyMatch(window -> window > 0);
    DecoderConfig.Positions p = c.positions();
    Rotary local = windowed ? p.local() : p.full();
    Rotary full = windows.contains(0) ? p.full() : local;
    List<Integer> unrotated = p.unrotated().stream().sorted().distinct().toList();
    DecoderConfig.Positions positions =
        p.kind() == DecoderConfig.Positions.Kind.LEARNED
            ? DecoderConfig.Positions.learned()
            : new DecoderConfig.Positions(p.kind(), full, local, unrotated);
    return new DecoderConfig(
        c.vocabSize(),
        c.contextLength(),
        c.numLayers(),
        c.width(),
        c.hidden(),
        c.numHeads(),
        c.numKvHeads(),
        c.headDim(),
        c.norm(),
        positions,
        c.activation(),
        c.gatedMlp(),
        c.biases(),
        c.qkNorm(),
        c.postNorms(),
        windowed ? windows : List.of(),
        c.attentionScale(),
        c.attentionSoftcap(),
        c.logitSoftcap(),
        c.embeddingScale(),
        c.tiedEmbeddings(),
        0);
  }
}
