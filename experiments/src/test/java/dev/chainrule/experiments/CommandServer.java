package dev.chainrule.experiments;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs commands in its own working folder, one after the other, so that a page of them needs one
 * JVM. Whoever writes a line into the pipe {@code ask} has put the words of a command into the file
 * {@code request}, separated by NUL; what it prints goes to {@code request.out} and {@code
 * request.err}, and its exit code into the pipe {@code answer}.
 */
public final class CommandServer {
  private CommandServer() {}

  /** Serves for ever. */
  public static void main(String[] args) throws IOException {
    Path ask = Path.of("ask");
    while (true) {
      Files.readString(ask);
      Files.writeString(Path.of("answer"), run(words()) + "\n");
    }
  }

  private static List<String> words() throws IOException {
    String request = Files.readString(Path.of("request"));
    return Arrays.asList(request.substring(0, request.length() - 1).split("\0", -1));
  }

  private static int run(List<String> asked) throws IOException {
    List<String> words = Shortening.of(asked);
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    try (PrintStream out = new PrintStream("request.out", StandardCharsets.UTF_8);
        PrintStream err = new PrintStream("request.err", StandardCharsets.UTF_8)) {
      System.setOut(out);
      System.setErr(err);
      err.println("$ ./chainrule " + String.join(" ", words));
      return Main.commandLine()
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true))
          .execute(words.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }
}
