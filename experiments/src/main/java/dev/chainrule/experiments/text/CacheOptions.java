package dev.chainrule.experiments.text;

import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.text.run.TextModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How keys and values are kept. */
final class CacheOptions {
  @Option(
      names = "--kv-cache",
      paramLabel = "FORMAT",
      description =
          "How keys and values are kept: ${COMPLETION-CANDIDATES} (default: float32). Likelihoods"
              + " are then computed token by token with it, else whole sequences at once without.")
  @Nullable CacheFormat format;

  TextModel of(TextModel model) {
    return format == null ? model : model.withCache(format);
  }
}
