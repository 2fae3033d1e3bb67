package dev.chainrule.experiments.notebook;

import picocli.CommandLine.Command;

/** {@code chainrule notebook}. */
@Command(
    name = "notebook",
    description =
        "Notebooks of Jupyter in Java; those of the project are in experiments/notebooks.",
    subcommands = {NotebookInstall.class})
public final class NotebookCommand {}
