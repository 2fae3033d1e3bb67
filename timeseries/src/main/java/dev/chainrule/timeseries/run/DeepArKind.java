package dev.chainrule.timeseries.run;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArFolder;
import dev.chainrule.timeseries.deepar.WindowBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The kind {@code timeseries.deepar}. */
public final class DeepArKind implements ModelKind<DeepArConfig, WindowBatch> {
  @Override
  public String name() {
    return DeepArFolder.KIND;
  }

  @Override
  public Class<DeepArConfig> configuration() {
    return DeepArConfig.class;
  }

  @Override
  public DeepAr create(DeepArConfig configuration) {
    return new DeepAr(configuration);
  }

  /** Names and starts of the series that it was trained on. */
  @Override
  public Set<String> files() {
    return DeepArFolder.FILES;
  }

  @Override
  public SeriesModel open(Path folder) throws IOException {
    return SeriesModel.open(folder);
  }
}
