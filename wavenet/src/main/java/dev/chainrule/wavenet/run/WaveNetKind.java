package dev.chainrule.wavenet.run;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The kind {@code wavenet}. */
public final class WaveNetKind implements ModelKind<WaveNetConfig, WaveBatch> {
  @Override
  public String name() {
    return "wavenet";
  }

  @Override
  public Class<WaveNetConfig> configuration() {
    return WaveNetConfig.class;
  }

  @Override
  public WaveNet create(WaveNetConfig configuration) {
    return new WaveNet(configuration);
  }

  /** How local features are computed, where the model takes them. */
  @Override
  public Set<String> files() {
    return Set.of(FeaturesFile.NAME);
  }

  @Override
  public AudioModel open(Path folder) throws IOException {
    return AudioModel.open(folder);
  }
}
