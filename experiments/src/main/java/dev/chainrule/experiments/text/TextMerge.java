package dev.chainrule.experiments.text;

import dev.chainrule.experiments.cli.ShellWord;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.run.Adapters;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text merge}. */
@Command(
    name = "merge",
    description =
        "Add low-rank adapters to the model that they were trained on; the folder --out gets a"
            + " model of that kind.")
final class TextMerge extends Verb {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Adapters: what text train --from MODEL --lora-rank R wrote.")
  Path model;

  /** The result, as {@code --json} prints it. */
  record Result(long parameters) {}

  @Override
  protected Target target() {
    return new Target.Run(null);
  }

  @Override
  protected Object run() throws Exception {
    Path out = out();
    if (out == null) {
      throw badOption("--out", "nothing", "the folder that gets the model");
    }
    long parameters = Adapters.merge(model, out);
    output()
        .printf(
            Locale.ROOT,
            "%,d parameters in %s; sample with: ./chainrule text sample --model %s%n",
            parameters,
            out,
            ShellWord.of(out));
    return new Result(parameters);
  }
}
