package dev.chainrule.text.run;

import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;

/** The kind {@code text.decoder}. */
public final class DecoderKind implements TextKind<DecoderConfig> {
  @Override
  public String name() {
    return PREFIX + "decoder";
  }

  @Override
  public Class<DecoderConfig> configuration() {
    return DecoderConfig.class;
  }

  /** Published models are decoders, of whatever architecture. */
  @Override
  public boolean opens(Path path) throws IOException {
    return ForeignText.isAt(path);
  }

  @Override
  public DecoderConfig defaults(int vocabSize) {
    return DecoderConfig.nanoCpu(vocabSize);
  }

  @Override
  public DecoderModel create(DecoderConfig configuration) {
    return new DecoderModel(configuration);
  }
}
