package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the directions of dependencies and the size of files, by reading the sources. */
class ProjectLayoutTest {
  private static final int MAX_LINES = 500;

  /** Names of the project's own packages, wherever they stand: in an import or spelled out. */
  private static final Pattern OWN_PACKAGE =
      Pattern.compile("\\bdev\\.chainrule((?:\\.[a-z][a-z0-9]*)+)");

  /** The package of {@code Chainrule} itself. */
  private static final String FRONT_DOOR = "dev.chainrule";

  private static final Set<String> MODALITIES =
      Set.of("text", "pixelcnn", "wavenet", "timeseries", "arima");

  /**
   * Every package below {@code dev.chainrule}, once, and that itself; a line is a layer, and a
   * package may use its own module's packages of its layer and of those above it in this list. A
   * new package gets a place here before anything else.
   */
  private static final List<Set<String>> LAYERS =
      """
      base
      base.distribution base.forecast base.io base.parallel base.progress base.random
      base.series base.tensorboard
      base.hierarchy

      core
      core.array
      core.quant
      core.kernel core.kernel.reference
      core.kernel.blas
      core.kernel.nd4j core.kernel.vector
      core.engine core.kernel.cuda
      core.autograd
      core.nn
      core.nn.transformer
      core.model
      core.optim
      core.data core.gguf core.llama2c core.safetensors core.sampling
      core.train
      core.run
      dev.chainrule

      arima.linear
      arima.statespace arima.unitroot
      arima
      arima.smoothing
      arima.auto arima.ces arima.ets arima.intermittent arima.theta
      arima.anomaly arima.combination arima.mstl
      arima.forecast

      text.tokenizer text.model text.template
      text.tokenizer.subword text.chat
      text.tokenizer.huggingface text.tokenizer.sentencepiece
      text.tokenizer.training text.tokenizer.gguf
      text.tokenizer.file
      text.adapter text.data text.decoder text.gpt text.speculation
      text.structure
      text.architecture
      text.run
      text.serving
      text.openai

      pixelcnn
      pixelcnn.data pixelcnn.gated pixelcnn.plain pixelcnn.plusplus pixelcnn.rnn pixelcnn.transformer
      pixelcnn.run

      wavenet wavenet.audio
      wavenet.baseline wavenet.data wavenet.evaluation
      wavenet.run

      timeseries.backtest timeseries.conformal timeseries.feature timeseries.likelihood
      timeseries.deepar
      timeseries.run
      timeseries.choice timeseries.zeroshot

      plot

      langchain4j

      experiments.cli
      experiments.series
      experiments.cluster
      experiments.training experiments.gpu experiments.notebook
      experiments.pixelcnn experiments.text experiments.timeseries experiments.wavenet
      experiments experiments.arima experiments.bench experiments.doctor experiments.experiment experiments.demo experiments.forecast experiments.mlflow experiments.report

      spark
      spark.model spark.sweep spark.train
      spark.series
      spark.bench
      """
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> Set.of(line.strip().split(" ")))
          .toList();

  /** Of core, all that knows neither engines nor what stands on them. */
  private static final Set<String> BELOW_ENGINES =
      Set.of("core.array", "core.kernel", "core.kernel.reference", "core.kernel.blas");

  /** What samplers, data and files of weights may use of core besides themselves. */
  private static final Map<String, Set<String>> NARROW =
      Map.of(
          "core.sampling", Set.of("core.array", "core.model"),
          "core.data", Set.of("core.array"),
          "core.quant", Set.of("core.array"),
          "core.gguf", Set.of("core.array", "core.quant"),
          "core.llama2c", Set.of("core.array", "core.quant"),
          "core.safetensors", Set.of("core.array", "core.quant"));

  /** The only files of arima that know core. */
  private static final Set<String> ARIMA_ON_CORE = Set.of("ArimaModel.java");

  /**
   * Who may name the kernels of the processor's vectors, besides themselves. This list only
   * shrinks: who is not on it computes by the engine it is given.
   */
  private static final Set<String> ON_VECTOR_KERNELS = Set.of("core.engine");

  /**
   * Who may reach memory and native code by {@code java.lang.foreign}. This list only shrinks: who
   * is not on it has tensors.
   */
  private static final Set<String> ON_FOREIGN_MEMORY =
      Set.of(
          "base.io",
          "core.array",
          "core.autograd",
          "core.data",
          "core.gguf",
          "core.kernel.blas",
          "core.kernel.cuda",
          "core.kernel.vector",
          "core.llama2c",
          "core.quant",
          "core.safetensors",
          "experiments.bench");

  @Test
  void modulesDependOneWayOnly() throws IOException {
    List<String> wrong = new ArrayList<>();
    mainImports()
        .forEach(
            (importer, imported) -> {
              for (String used : imported) {
                if (!moduleMayUse(module(importer), module(used))) {
                  wrong.add(importer + " uses " + used);
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyPackageHasOneLayer() throws IOException {
    List<String> listed = LAYERS.stream().flatMap(Set::stream).sorted().toList();
    assertThat(listed).doesNotHaveDuplicates();
    assertThat(mainImports().keySet())
        .as("packages of the sources, and those in LAYERS of this test")
        .containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void layersDependOneWayOnly() throws IOException {
    List<String> wrong = new ArrayList<>();
    mainImports()
        .forEach(
            (importer, imported) -> {
              for (String used : imported) {
                if (module(importer).equals(module(used)) && !layerMayUse(importer, used)) {
                  wrong.add(importer + " uses " + used);
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void kernelsKnowNothingAboveThem() throws IOException {
    List<String> wrong = new ArrayList<>();
    mainImports()
        .forEach(
            (importer, imported) -> {
              for (String used : imported) {
                boolean kernels = importer.startsWith("core.kernel");
                if (kernels && layer(used) > layer("core.engine")) {
                  wrong.add(importer + " uses " + used);
                }
                if (BELOW_ENGINES.contains(importer) && used.equals("core.engine")) {
                  wrong.add(importer + " uses " + used);
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void arimaKnowsArraysInOneFile() throws IOException {
    Set<String> files = new TreeSet<>();
    for (Path file : mainFiles()) {
      if (packageOf(file).startsWith("arima") && named(file).stream().anyMatch(isCore())) {
        files.add(String.valueOf(file.getFileName()));
      }
    }
    assertThat(files).isEqualTo(ARIMA_ON_CORE);
  }

  @Test
  void nobodyElseNamesTheVectorKernels() throws IOException {
    assertThat(packagesThatName("dev.chainrule.core.kernel.vector", "core.kernel.vector"))
        .as("packages that name core.kernel.vector; who no longer does leaves the list")
        .isEqualTo(new TreeSet<>(ON_VECTOR_KERNELS));
  }

  @Test
  void nobodyElseReachesForeignMemory() throws IOException {
    assertThat(packagesThatName("java.lang.foreign", ""))
        .as("packages that name java.lang.foreign; who no longer does leaves the list")
        .isEqualTo(new TreeSet<>(ON_FOREIGN_MEMORY));
  }

  @Test
  void noFileIsLongerThanAReaderCanHold() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : ProjectFolder.javaFiles()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MAX_LINES) {
        tooLong.add(file + ": " + lines + " lines, at most " + MAX_LINES);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    Set<Path> folders =
        ProjectFolder.javaFiles().stream()
            .filter(ProjectLayoutTest::isMain)
            .map(Path::getParent)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(folders)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).isRegularFile());
  }

  @Test
  void nothingIsLeftUnfinished() throws IOException {
    Pattern mark = Pattern.compile("//.*\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    List<String> marks = new ArrayList<>();
    for (Path file : ProjectFolder.javaFiles()) {
      if (mark.matcher(Files.readString(file)).find()) {
        marks.add(file.toString());
      }
    }
    assertThat(marks).isEmpty();
  }

  private static boolean moduleMayUse(String importer, String used) {
    if (importer.equals(used) || used.equals("base") || importer.equals("spark")) {
      return true;
    }
    return switch (used) {
      case "core" -> !importer.equals("base");
      case "plot" -> importer.equals("experiments");
      case "wavenet" -> importer.equals("experiments") || importer.equals("plot");
      case "text" -> importer.equals("experiments") || importer.equals("langchain4j");
      default -> importer.equals("experiments") && MODALITIES.contains(used);
    };
  }

  private static boolean layerMayUse(String importer, String used) {
    Set<String> narrow = NARROW.get(importer);
    if (narrow != null && !used.equals(importer)) {
      return narrow.contains(used);
    }
    return layer(used) <= layer(importer);
  }

  private static int layer(String packageName) {
    for (int i = 0; i < LAYERS.size(); i++) {
      if (LAYERS.get(i).contains(packageName)) {
        return i;
      }
    }
    throw new AssertionError("package " + packageName + " is not in LAYERS of this test");
  }

  private static Predicate<String> isCore() {
    return name -> module(name).equals("core");
  }

  /** The module of a package; that of the front door is core. */
  private static String module(String packageName) {
    return packageName.equals(FRONT_DOOR) ? "core" : packageName.split("\\.")[0];
  }

  /** For each package of the main sources, below {@code dev.chainrule}: the packages it names. */
  private static Map<String, Set<String>> mainImports() throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    for (Path file : mainFiles()) {
      imports.computeIfAbsent(packageOf(file), name -> new TreeSet<>()).addAll(named(file));
    }
    assertThat(imports).as("packages found").hasSizeGreaterThan(50);
    return imports;
  }

  private static List<Path> mainFiles() throws IOException {
    return ProjectFolder.javaFiles().stream().filter(ProjectLayoutTest::isMain).toList();
  }

  /** By the folder that the file lies in, below {@code dev.chainrule}. */
  private static String packageOf(Path file) {
    Path sources = Path.of("src", "main", "java", "dev", "chainrule");
    String folder = String.valueOf(file.getParent());
    String below =
        folder.substring(folder.indexOf(sources.toString()) + sources.toString().length());
    return below.isEmpty()
        ? FRONT_DOOR
        : below.replace('\\', '/').replaceFirst("^/", "").replace('/', '.');
  }

  /** The project's packages whose names stand in a file, its own too. */
  private static Set<String> named(Path file) throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher matcher = OWN_PACKAGE.matcher(withoutComments(Files.readString(file)));
    while (matcher.find()) {
      names.add(matcher.group(1).substring(1));
    }
    names.remove(packageOf(file));
    return names;
  }

  /** Packages of the main sources, other than {@code self}, in which a name stands. */
  private static Set<String> packagesThatName(String name, String self) throws IOException {
    Set<String> packages = new TreeSet<>();
    for (Path file : mainFiles()) {
      String importer = packageOf(file);
      if (!importer.equals(self) && withoutComments(Files.readString(file)).contains(name)) {
        packages.add(importer);
      }
    }
    return packages;
  }

  private static boolean isMain(Path file) {
    return file.toString().contains(Path.of("src", "main", "java").toString());
  }

  private static String withoutComments(String source) {
    return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "");
  }
}
