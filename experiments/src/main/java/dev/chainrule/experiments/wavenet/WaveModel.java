package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.MelFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A trained WaveNet from its folder.
 *
 * @param mel how its local features are computed; null where it takes none
 * @param stored all that its config.json says
 */
record WaveModel(WaveNet net, MelFeatures.@Nullable Config mel, Checkpoint.Config stored) {
  static final String KIND = "wavenet";
  static final String FEATURES = "features.json";
  static final Set<String> FILES = Set.of(FEATURES);

  static WaveModel load(Path folder) throws IOException {
    Checkpoint checkpoint = new Checkpoint(folder, KIND, FILES);
    Checkpoint.Config stored = checkpoint.config();
    WaveNetConfig shape = parse(folder, stored.model(), WaveNetConfig.class);
    WaveNet net = checkpoint.construct(() -> new WaveNet(shape));
    net.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(net.parameters());
    MelFeatures.Config mel = readMel(checkpoint);
    requireFit(folder, shape.local(), mel);
    return new WaveModel(net, mel, stored);
  }

  private static void requireFit(
      Path folder, WaveNetConfig.@Nullable Local local, MelFeatures.@Nullable Config mel) {
    if (local == null ? mel != null : mel == null) {
      throw new InputException(
          "%s: %s, expected %s exactly where the model takes local features"
              .formatted(folder, mel == null ? "has no " + FEATURES : "has " + FEATURES, FEATURES));
    }
    if (local != null
        && mel != null
        && (local.channels() != mel.bands() || local.hop() != mel.hop())) {
      throw new InputException(
          "%s: has %d bands every %d samples, expected the model's %d every %d"
              .formatted(
                  folder.resolve(FEATURES), mel.bands(), mel.hop(), local.channels(), local.hop()));
    }
  }

  static MelFeatures.@Nullable Config readMel(Checkpoint checkpoint) throws IOException {
    Optional<MelFeatures.Config> mel =
        checkpoint.read(
            from -> {
              Path file = from.resolve(FEATURES);
              return Files.exists(file)
                  ? Optional.of(Json.read(file, MelFeatures.Config.class))
                  : Optional.empty();
            });
    return mel.orElse(null);
  }

  static AtomicFolder.Writer writer(MelFeatures.@Nullable Config mel) {
    return empty -> {
      if (mel != null) {
        Json.write(empty.resolve(FEATURES), mel);
      }
    };
  }

  WaveNetConfig config() {
    return net.config();
  }

  /** A part of config.json as a record. */
  static <T> T parse(Path folder, JsonNode node, Class<T> type) {
    return Json.parse(node.toString(), folder.resolve("config.json").toString(), type);
  }
}
