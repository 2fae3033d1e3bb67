package dev.chainrule.experiments.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processor.
 *
 * @param model its name as the system gives it
 * @param features the instruction sets that matter for arithmetic, by Linux's names; empty where
 *     the system does not list them
 */
public record Cpu(String model, List<String> features) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final List<String> ARITHMETIC =
      List.of(
          "sse4_2",
          "avx",
          "fma",
          "f16c",
          "avx2",
          "avx_vnni",
          "avx512f",
          "avx512dq",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "asimd",
          "asimdhp",
          "asimddp",
          "bf16",
          "i8mm",
          "sve",
          "sve2");

  /** That of this machine. */
  public static Cpu read() {
    try {
      if (Files.isReadable(LINUX)) {
        return parse(Files.readAllLines(LINUX));
      }
      if (System.getProperty("os.name").startsWith("Mac")) {
        return new Cpu(macModel(), List.of());
      }
    } catch (IOException e) {
      return new Cpu(System.getProperty("os.arch"), List.of());
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return new Cpu(windows == null ? System.getProperty("os.arch") : windows, List.of());
  }

  /** From the lines of {@code /proc/cpuinfo}: the first processor's. */
  static Cpu parse(List<String> lines) {
    String model = System.getProperty("os.arch");
    List<String> features = new ArrayList<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String key = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (key.equals("model name")) {
        model = value;
      } else if (key.equals("flags") || key.equals("Features")) {
        List<String> flags = List.of(value.split(" "));
        ARITHMETIC.stream().filter(flags::contains).forEach(features::add);
        break;
      }
    }
    return new Cpu(model, List.copyOf(features));
  }

  private static String macModel() throws IOException {
    Process sysctl = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string").start();
    return new String(sysctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
