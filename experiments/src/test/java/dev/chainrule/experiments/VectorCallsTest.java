package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.kernel.vector.VectorKernels;
import dev.chainrule.experiments.bench.BenchCommand;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.wavenet.WaveNetDecoder;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Keeps vectors from passing through the project's own methods, by reading the compiled classes:
 * whether such a method is inlined, and the vector stays in a register, depends on what else ran in
 * the JVM (see the package {@code dev.chainrule.core.kernel.vector}).
 */
class VectorCallsTest {
  /** One class of each module that computes. */
  private static final List<Class<?>> MODULES =
      List.of(
          VectorKernels.class,
          Gpt.class,
          ImageModel.class,
          WaveNetDecoder.class,
          DeepAr.class,
          BenchCommand.class);

  private static final Pattern VECTOR = Pattern.compile("jdk/incubator/vector/\\w*(Vector|Mask);");

  /** Functions of vectors that are too long to be written out wherever they are used. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "Lanes.exp",
          "Lanes.sigmoid",
          "Lanes.tanh",
          "Dropout.kept",
          "Dropout.mix",
          "GatedActivation.value",
          "Gelu.value",
          "Gelu.slope",
          "WeightNorm.columnDots");

  /** Products of the steps of decoders, where nearly all their time goes. */
  private static final Set<String> PRODUCTS =
      Set.of(
          "MatVec",
          "CachedAttention",
          "PackedPanels",
          "PackedTiles",
          "FloatTiles",
          "BFloat16Tiles",
          "Int8Tiles",
          "StreamProducts",
          "TiledProduct",
          "BlockBatch",
          "BlockDots",
          "ByteRows",
          "CodeBatch",
          "CodeDots",
          "CodePanel",
          "CodeScales",
          "CodeSums",
          "CodeTiles",
          "CodeTotals",
          "PageKernels",
          "PageTiles",
          "RowTiles");

  /** A call by which a vector passes from one method of the project to another. */
  private record Passing(String caller, String method, String callee) {
    @Override
    public String toString() {
      return "%s.%s calls %s".formatted(caller, method, callee);
    }
  }

  private static final List<Passing> passings = new ArrayList<>();
  private static final Set<String> read = new TreeSet<>();

  @BeforeAll
  static void readClasses() throws IOException, URISyntaxException {
    Set<URI> places = new TreeSet<>();
    for (Class<?> module : MODULES) {
      places.add(module.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
    for (URI place : places) {
      Path path = Path.of(place);
      if (Files.isDirectory(path)) {
        readFolder(path);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
          readFolder(jar.getPath("/"));
        }
      }
    }
  }

  private static void readFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        readClass(ClassFile.of().parse(Files.readAllBytes(file)));
      }
    }
  }

  private static void readClass(ClassModel model) {
    String name = simpleName(model.thisClass().asInternalName());
    read.add(name);
    for (MethodModel method : model.methods()) {
      // Constants are made once.
      if (method.code().isEmpty() || method.methodName().equalsString("<clinit>")) {
        continue;
      }
      for (CodeElement element : method.code().get()) {
        if (element instanceof InvokeInstruction call
            && call.owner().asInternalName().startsWith("dev/chainrule/")
            && VECTOR.matcher(call.type().stringValue()).find()) {
          String callee = simpleName(call.owner().asInternalName()) + "." + call.name();
          passings.add(new Passing(name, method.methodName().stringValue(), callee));
        }
      }
    }
  }

  private static String simpleName(String internalName) {
    return internalName.substring(internalName.lastIndexOf('/') + 1);
  }

  @Test
  void vectorsPassOnlyThroughFunctionsThatAreNamedHere() {
    assertThat(passings).filteredOn(p -> !FUNCTIONS.contains(p.callee())).isEmpty();
    assertThat(passings).extracting(Passing::callee).containsAll(FUNCTIONS);
  }

  @Test
  void productsOfStepsPassNoVectors() {
    assertThat(read).containsAll(PRODUCTS);
    assertThat(passings).filteredOn(p -> PRODUCTS.contains(p.caller())).isEmpty();
  }
}
