package dev.chainrule.experiments.text;

import picocli.CommandLine.Command;

/** {@code chainrule text}. */
@Command(
    name = "text",
    description = "GPT-style language models of text and code.",
    subcommands = {TextTrain.class, TextEval.class, TextSampleCommand.class})
public final class TextCommand {}
