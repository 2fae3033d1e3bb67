package dev.chainrule.wavenet.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.MelFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a model's local features are computed, as its checkpoint keeps it. */
final class FeaturesFile {
  static final String NAME = "features.json";

  private FeaturesFile() {}

  /** Null where the checkpoint has none. */
  static MelFeatures.@Nullable Config read(Checkpoint checkpoint) throws IOException {
    Optional<MelFeatures.Config> mel =
        checkpoint.read(
            from -> {
              Path file = from.resolve(NAME);
              return Files.exists(file)
                  ? Optional.of(Json.read(file, MelFeatures.Config.class))
                  : Optional.empty();
            });
    return mel.orElse(null);
  }

  static AtomicFolder.Writer writer(MelFeatures.@Nullable Config mel) {
    return empty -> {
      if (mel != null) {
        Json.write(empty.resolve(NAME), mel);
      }
    };
  }

  /** Refuses features that the model does not take, or none where it takes some. */
  static void requireFit(
      Path folder, WaveNetConfig.@Nullable Local local, MelFeatures.@Nullable Config mel) {
    if (local == null ? mel != null : mel == null) {
      throw new InputException(
          "%s: %s, expected %s exactly where the model takes local features"
              .formatted(folder, mel == null ? "has no " + NAME : "has " + NAME, NAME));
    }
    if (local != null
        && mel != null
        && (local.channels() != mel.bands() || local.hop() != mel.hop())) {
      throw new InputException(
          "%s: has %d bands every %d samples, expected the model's %d every %d"
              .formatted(
                  folder.resolve(NAME), mel.bands(), mel.hop(), local.channels(), local.hop()));
    }
  }
}
