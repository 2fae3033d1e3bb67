package dev.chainrule.experiments.text;

import picocli.CommandLine.Command;

/** {@code chainrule text}. */
@Command(
    name = "text",
    description = "GPT-style language models of text and code.",
    subcommands = {
      TextTrain.class,
      TextEval.class,
      TextSampleCommand.class,
      TextServe.class,
      TextScoreCommand.class,
      TextMerge.class,
      TextExportCommand.class,
      TextQuantize.class,
      TextTokenize.class,
      TextTrainTokenizer.class,
      TextComplete.class,
      TextReadChorales.class,
      TextEvalChorales.class,
      TextPlay.class
    })
public final class TextCommand {}
