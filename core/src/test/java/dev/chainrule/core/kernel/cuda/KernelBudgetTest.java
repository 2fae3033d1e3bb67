package dev.chainrule.core.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kernel compiles for the architectures of the data centre, within the registers and the
 * shared memory that let enough groups run at once, and without spilling registers; the table of
 * docs/gpu.md is what this prints. Needs NVRTC, but no GPU.
 */
class KernelBudgetTest {
  private static final Pattern ENTRY = Pattern.compile("entry function '(\\w+)'");
  private static final Pattern SPILLS = Pattern.compile("(\\d+) bytes spill stores");
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");
  private static final int STATIC_SHARED = 48 << 10;

  /** What the compiler says of a kernel. */
  record Use(int registers, int spilled, int shared) {}

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void isKept(String architecture) {
    CudaLibraries.Found found = new CudaLibraries(System.getenv()).nvrtc(Integer.MAX_VALUE);
    Assumptions.assumeTrue(found.path() != null, found.reason());
    Nvrtc nvrtc = new Nvrtc(found.path());
    Map<String, Use> uses = new TreeMap<>();
    for (String file : Programs.FILES) {
      List<String> headSizes =
          switch (file) {
            case "attention", "cache" -> List.of("8", "64", "128", "256");
            case "flash" -> List.of("16", "64");
            default -> List.of("");
          };
      for (String size : headSizes) {
        List<String> options = new ArrayList<>(Programs.options(architecture));
        options.add("--ptxas-options=-v");
        if (!size.isEmpty()) {
          options.add("-DHS=" + size);
        }
        Nvrtc.Compiled compiled = nvrtc.compile(file, Programs.source(file), options);
        assertThat(compiled.cubin()).isNotEmpty();
        read(compiled.log(), size, uses);
      }
    }
    assertThat(uses).hasSizeGreaterThan(40);
    uses.forEach((name, use) -> check(name, use));
    System.out.println(architecture + " " + uses);
  }

  private static void check(String name, Use use) {
    // ptxas keeps a few bytes of these on the stack, whatever number of registers it may use.
    assertThat(use.spilled()).as("%s: bytes spilled", name).isLessThanOrEqualTo(budget(name));
    assertThat(use.shared()).as("%s: shared memory", name).isLessThanOrEqualTo(STATIC_SHARED);
    int registers = name.matches("attention.* (128|256)|flash.* 64") ? 255 : 128;
    assertThat(use.registers()).as("%s: registers", name).isLessThanOrEqualTo(registers);
  }

  private static int budget(String name) {
    return name.matches(".*_mixture.*|likelihood_.*") ? 48 : name.equals("flash 16") ? 4 : 0;
  }

  private static void read(String log, String size, Map<String, Use> uses) {
    String name = "";
    int spilled = 0;
    for (String line : log.split("\n")) {
      Matcher entry = ENTRY.matcher(line);
      Matcher spills = SPILLS.matcher(line);
      Matcher registers = REGISTERS.matcher(line);
      Matcher shared = SHARED.matcher(line);
      if (entry.find()) {
        name = (entry.group(1) + " " + size).strip();
      } else if (spills.find()) {
        spilled = Integer.parseInt(spills.group(1));
      } else if (registers.find()) {
        int bytes = shared.find() ? Integer.parseInt(shared.group(1)) : 0;
        uses.put(name, new Use(Integer.parseInt(registers.group(1)), spilled, bytes));
      }
    }
  }
}
