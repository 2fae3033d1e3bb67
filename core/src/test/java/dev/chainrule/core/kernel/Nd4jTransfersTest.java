package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.ArrayMemory;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.nd4j.Nd4jKernels;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ND4J's kernels as they run on a GPU: on memory that the host cannot reach, where nothing passes
 * between the two but what stands in for operations that ND4J lacks.
 */
class Nd4jTransfersTest {
  /** Families of the host: in double precision, or because ND4J lacks them. */
  private static final Set<String> FAMILIES_OF_THE_HOST =
      Set.of("likelihoods", "transformer", "rows", "samples", "caches");

  private static final Set<String> OPERATIONS_OF_THE_HOST =
      Set.of("weightNorm", "weightNormBackward", "gatedLinear", "gatedLinearBackward");

  /**
   * What reads or writes single elements, which on a GPU may move a whole array, or is of no use.
   */
  private static final Pattern ELEMENT_BY_ELEMENT =
      Pattern.compile(
          "\\.(getDouble|getFloat|getInt|getLong|putScalar|getScalar|toDoubleVector"
              + "|toFloatVector|toIntVector|segment|pullRows|asNio)\\(|\\.get\\(NDArrayIndex");

  private static final int OF_EACH = 6;

  private final ArrayMemory memory = new ArrayMemory();
  private final Kernels kernels = (Kernels) far(new Nd4jKernels(), Kernels.class, false);

  /**
   * A few of each operation: all of them, in all sizes, are held against the reference elsewhere.
   */
  static List<KernelCase> cases() {
    Map<String, Integer> seen = new HashMap<>();
    return KernelCase.all().stream()
        .filter(k -> seen.merge(k.name().split(" ")[0], 1, Integer::sum) <= OF_EACH)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingPassesUnasked(KernelCase kernelCase) {
    kernelCase.check(kernels, DType.FLOAT32);
  }

  @Test
  void noKernelLooksAtElements() throws IOException {
    List<String> found = new ArrayList<>();
    Path sources = Path.of("src", "main", "java", "dev", "chainrule", "core", "kernel", "nd4j");
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        Matcher matcher = ELEMENT_BY_ELEMENT.matcher(Files.readString(file));
        while (matcher.find()) {
          found.add(file.getFileName() + ": " + matcher.group());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void viewsShareMemoryAndTransfersAreCounted() {
    Tensor host = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor there = Tensor.zeros(memory, DType.FLOAT32, 2, 3);
    there.copyFrom(host);
    there.slice(1, 2).ndarray().addi(10);
    assertThat(there.host().toFloats()).containsExactly(1, 2, 3, 14, 15, 16);
    assertThat(memory.uploads()).isEqualTo(1);
    assertThat(memory.downloads()).isEqualTo(1);
  }

  private Object far(Object target, Class<?> type, boolean ofTheHost) {
    return Proxy.newProxyInstance(
        Nd4jTransfersTest.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          String name = method.getName();
          try {
            if (arguments == null) {
              Object result = method.invoke(target);
              return method.getReturnType().isInterface()
                  ? far(result, method.getReturnType(), FAMILIES_OF_THE_HOST.contains(name))
                  : result;
            }
            boolean may = ofTheHost || OPERATIONS_OF_THE_HOST.contains(name);
            return call(
                may,
                arguments,
                moved -> {
                  try {
                    return method.invoke(target, moved);
                  } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                  }
                });
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  /** What is called with the arguments that were moved. */
  private interface Call {
    Object with(Object[] moved) throws InvocationTargetException;
  }

  private Object call(boolean mayTransfer, Object[] arguments, Call call)
      throws InvocationTargetException {
    Map<Tensor, Tensor> copies = new IdentityHashMap<>();
    Object[] moved = arguments.clone();
    for (int i = 0; i < moved.length; i++) {
      if (moved[i] instanceof Tensor tensor) {
        moved[i] = copies.computeIfAbsent(tensor, this::upload);
      }
    }
    long before = memory.uploads() + memory.downloads();
    Object result = call.with(moved);
    if (!mayTransfer) {
      assertThat(memory.uploads() + memory.downloads()).as("transfers").isEqualTo(before);
    }
    copies.forEach(Tensor::copyFrom);
    return result;
  }

  private Tensor upload(Tensor host) {
    Tensor there = Tensor.zeros(memory, host.dtype(), host.shape());
    there.copyFrom(host);
    return there;
  }
}
