package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.llama2c.Llama2cFile;
import dev.chainrule.core.nn.transformer.DecoderWeights;
import dev.chainrule.core.safetensors.SafetensorsFolder;
import dev.chainrule.text.decoder.CachedDecoder;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.SourceWeights;
import dev.chainrule.text.decoder.WeightSource;
import dev.chainrule.text.model.SlotDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model that another program wrote: a Hugging Face folder, a GGUF file or a .bin of llama2.c. Its
 * description is read when it is opened; its weights are mapped, and read when they are asked for.
 */
public final class ForeignModel implements AutoCloseable {
  private static final String CONFIG = "config.json";

  private final String architecture;
  private final DecoderConfig config;
  private final WeightSource weights;
  private final DecoderWeights stored;
  private final @Nullable GgufFile gguf;

  private ForeignModel(
      String architecture, DecoderConfig config, WeightSource weights, @Nullable GgufFile gguf) {
    this.architecture = architecture;
    this.config = config;
    this.weights = weights;
    // Names and shapes are held against the description before anything as large as it says is
    // made.
    this.stored = new SourceWeights(config, weights);
    this.gguf = gguf;
  }

  /** Names of the architectures that can be read. */
  public static List<String> architectures() {
    return Architectures.names();
  }

  /**
   * Opens a model.
   *
   * @param path of a GGUF file, of a {@code .bin} of llama2.c, or of a folder with {@code
   *     config.json} and weights
   * @throws InputException if it is no such model, one of another architecture, or its weights are
   *     not those that its description asks for: missing, too many, of another shape
   */
  public static ForeignModel open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return openFolder(path);
    }
    return path.toString().endsWith(".bin") ? openLlama2c(path) : openGguf(path);
  }

  private static ForeignModel openFolder(Path folder) throws IOException {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s: has no %s, expected a model's folder".formatted(folder, CONFIG));
    }
    HubConfig json = HubConfig.parse(Utf8File.read(file, "JSON"), file.toString());
    Architecture architecture = Architectures.of(json);
    DecoderConfig config = Architectures.described(file.toString(), () -> architecture.read(json));
    SafetensorsFolder tensors = SafetensorsFolder.open(folder);
    try {
      return new ForeignModel(
          architecture.name(),
          config,
          new MappedWeights(
              new HubTensors(tensors),
              parameter -> architecture.inHub(parameter, config),
              name -> architecture.isIgnored(name) || isTiedHead(name, config)),
          null);
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  /** Some programs keep what is tied twice. */
  private static boolean isTiedHead(String tensor, DecoderConfig config) {
    return config.tiedEmbeddings() && tensor.equals("lm_head.weight");
  }

  private static ForeignModel openGguf(Path path) throws IOException {
    return of(GgufFile.open(path));
  }

  /** The model of an open file, which it closes. */
  static ForeignModel of(GgufFile file) {
    try {
      String origin = file.path().toString();
      String name = file.metadata().string("general.architecture");
      Architecture architecture = Architectures.named(origin, name);
      DecoderConfig config =
          Architectures.described(origin, () -> architecture.read(new GgufConfig(file, name)));
      return new ForeignModel(
          name,
          config,
          new MappedWeights(
              new GgufTensors(file),
              parameter -> architecture.inGguf(parameter, config),
              tensor -> tensor.equals("rope_freqs.weight")),
          file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ForeignModel openLlama2c(Path path) throws IOException {
    Llama2cTensors tensors = new Llama2cTensors(Llama2cFile.open(path));
    try {
      DecoderConfig config = Architectures.described(path.toString(), tensors::config);
      return new ForeignModel(
          "llama", config, new MappedWeights(tensors, tensors::place, name -> false), null);
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  /** The architecture's name, as GGUF has it. */
  public String architecture() {
    return architecture;
  }

  public DecoderConfig config() {
    return config;
  }

  /** Where the weights are, by the model's names; open as long as this is. */
  public WeightSource weights() {
    return weights;
  }

  /** The GGUF file, with all that it says besides: tokenizer, template; empty for a folder. */
  public Optional<GgufFile> gguf() {
    return Optional.ofNullable(gguf);
  }

  /** The model with its weights as float32, which it keeps when this is closed. */
  public DecoderModel load() {
    return DecoderModel.load(config, weights);
  }

  /**
   * A decoder that reads the weights where they are: this stays open as long as it is used.
   *
   * @param engine in the processor's memory
   * @param streams S, at least 1
   * @param format of keys and values
   * @param capacity most tokens of a stream, at most the context length
   */
  public CachedDecoder decoder(Engine engine, int streams, CacheFormat format, int capacity) {
    return new CachedDecoder(config, stored, format, streams, capacity, engine);
  }

  /**
   * Sequences that come and go, of which likewise this stays open.
   *
   * @param engine in the processor's memory
   */
  public SlotDecoder slots(Engine engine, int slots, CacheFormat format, int capacity) {
    return CachedDecoder.slots(config, stored, format, slots, capacity, engine);
  }

  @Override
  public void close() {
    weights.close();
  }
}
