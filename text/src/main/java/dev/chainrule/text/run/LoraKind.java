package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.text.adapter.AdaptedModel;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The kind {@code text.lora}: a checkpoint holds the adapters alone, and names the model that they
 * change. Who opens it has that model with the changes added.
 */
public final class LoraKind implements TextKind<LoraConfig> {
  @Override
  public String name() {
    return PREFIX + "lora";
  }

  @Override
  public Class<LoraConfig> configuration() {
    return LoraConfig.class;
  }

  @Override
  public LoraConfig defaults(int vocabSize) {
    throw new InputException(
        "adapters change a model that there is already, expected it by --from with --lora-rank");
  }

  /** Reads the base. */
  @Override
  public AdaptedModel create(LoraConfig configuration) {
    Path folder = Path.of(configuration.base());
    // What is declared while the base is read is the base's, whose weights are not the adapters'.
    LanguageModel base = Parameters.expecting((name, shape) -> {}, () -> network(folder));
    String found = base.parameters().checksum();
    if (!found.equals(configuration.checksum())) {
      throw new InputException(
          "%s: has weights of checksum %s, but the adapters were trained on %s; expected the model as it was"
              .formatted(folder, found, configuration.checksum()));
    }
    return new AdaptedModel(base, configuration.lora());
  }

  private static LanguageModel network(Path folder) {
    try {
      return MappedModel.changeable(TextModel.open(folder).network());
    } catch (IOException e) {
      throw new InputException(
          "%s: the model that the adapters change cannot be read (%s)"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** The base with the changes added. */
  @Override
  public LanguageModel load(Checkpoint checkpoint, LoraConfig configuration) throws IOException {
    AdaptedModel model = checkpoint.construct(() -> create(configuration));
    model.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(model.parameters());
    return model.merge();
  }
}
