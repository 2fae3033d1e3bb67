package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.experiments.cli.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command left behind.
 *
 * @param code exit code
 * @param err what it said of its failure
 */
record PixelShell(int code, String err) {
  /** Runs a command of {@code chainrule pixelcnn}. */
  static PixelShell run(String arguments) {
    StringWriter err = new StringWriter();
    Failures failures = new Failures();
    int code =
        new CommandLine(new PixelCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures)
            .setErr(new PrintWriter(err, true))
            .execute(arguments.split(" "));
    return new PixelShell(code, err.toString());
  }
}
