package dev.chainrule.experiments.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code chainrule completion}: the completion script for bash and zsh. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh: source <(./chainrule completion)")
public final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    // The tree of this line has no more commands than it names.
    CommandLine whole = new CommandLine(spec.root().userObject());
    System.out.println(AutoComplete.bash("chainrule", whole));
    return 0;
  }
}
