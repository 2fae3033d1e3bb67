package dev.chainrule.text.run;

import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;

/** The kind {@code text.gpt}. */
public final class GptKind implements TextKind<GptConfig> {
  @Override
  public String name() {
    return PREFIX + "gpt";
  }

  @Override
  public Class<GptConfig> configuration() {
    return GptConfig.class;
  }

  @Override
  public GptConfig defaults(int vocabSize) {
    return GptConfig.nanoCpu(vocabSize);
  }

  @Override
  public Gpt create(GptConfig configuration) {
    return new Gpt(configuration);
  }
}
