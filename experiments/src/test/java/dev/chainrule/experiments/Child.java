package dev.chainrule.experiments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs for tests that look at the command line from outside. */
final class Child {
  private Child() {}

  /** A JVM like this one, about to run a class with these arguments. */
  static ProcessBuilder of(Class<?> main, String... args) {
    return of("", main, args);
  }

  /**
   * A JVM like this one with more on its class path.
   *
   * @param more entries, or nothing
   */
  static ProcessBuilder of(String more, Class<?> main, String... args) {
    List<String> words = new ArrayList<>(List.of(main.getName()));
    words.addAll(List.of(args));
    return of(more, words);
  }

  /** A JVM like this one, about to compile and run a source file. */
  static ProcessBuilder ofSource(Path source) {
    return of("", List.of(source.toString()));
  }

  private static ProcessBuilder of(String more, List<String> words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                more.isEmpty() ? classPath() : more + ":" + classPath()));
    command.addAll(words);
    return new ProcessBuilder(command);
  }

  /** Sends a signal, such as INT. */
  static void signal(Process process, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** The class path of this JVM, which means the same in another folder. */
  static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(":", entries);
  }
}
