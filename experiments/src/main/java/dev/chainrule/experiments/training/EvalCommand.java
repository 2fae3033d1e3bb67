package dev.chainrule.experiments.training;

import dev.chainrule.Chainrule;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule eval}: what all kinds of models have in common. */
@Command(
    name = "eval",
    description =
        "Likelihood of data under a trained model of any kind; the modules' own eval says more.")
public final class EvalCommand extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE|DIR|NAME",
      description = "Data as the model's module reads them.")
  String data;

  /** The result, as {@code --json} prints it; nats and bits an element. */
  record Result(String kind, long elements, double nll, double bitsPerDim) {}

  @Override
  protected Object run() throws Exception {
    try (TrainedModel loaded = Chainrule.open(model)) {
      return evaluated(loaded.on(common().compute()));
    }
  }

  private Result evaluated(TrainedModel loaded) throws IOException {
    Evaluator.Result result = loaded.evaluate(data);
    output()
        .printf(
            Locale.ROOT,
            "%s, %s: %,d elements, %.4f nats and %.4f bits each%n",
            loaded.kind(),
            data,
            result.elements(),
            result.nll(),
            result.bitsPerElement());
    return new Result(loaded.kind(), result.elements(), result.nll(), result.bitsPerElement());
  }
}
