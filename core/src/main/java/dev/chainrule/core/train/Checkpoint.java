package dev.chainrule.core.train;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.optim.Optimizer;
import dev.chainrule.core.optim.WeightAverage;
import dev.chainrule.core.safetensors.SafetensorsFile;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.core.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model on disk: a folder that is replaced as a whole, so that a kill at any moment leaves the
 * last good one. It holds {@code config.json} ({@link Config}), {@code model.safetensors} (the
 * weights to use: averaged ones where training averages), {@code optimizer.safetensors} (all else
 * that training needs to go on), {@code train.jsonl} (a line of metrics each log step), and files
 * of the modality, such as its tokenizer.
 */
public final class Checkpoint {
  /**
   * The version of the format that this code writes; it reads none newer. Version 1 kept neither
   * the command line nor the checksum of the data.
   */
  public static final int VERSION = 2;

  private static final String FORMAT = "chainrule";
  private static final String CONFIG = "config.json";
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String LOG = "train.jsonl";
  private static final String RAW = "raw.";

  /**
   * What {@code config.json} says.
   *
   * @param format always "chainrule"
   * @param version of the format
   * @param kind of model, for example "text.gpt"
   * @param model the model's own configuration record
   * @param training what is needed to go on; absent in a checkpoint that was only converted
   */
  public record Config(
      String format, int version, String kind, JsonNode model, @Nullable Training training) {}

  /**
   * The state of training beside arrays.
   *
   * @param progress where it stands
   * @param optimizer name of the optimiser
   * @param optimizerSteps its count of steps
   * @param engine that computed
   * @param threads that computed
   * @param options how the command was configured, to be repeated on resume
   * @param commandLine options of the command, given or default, by name; empty where unknown
   * @param dataChecksum of the first batches, by which other data are noticed; empty where unknown
   */
  public record Training(
      Trainer.Progress progress,
      String optimizer,
      long optimizerSteps,
      String engine,
      int threads,
      JsonNode options,
      Map<String, String> commandLine,
      String dataChecksum) {}

  private final AtomicFolder folder;
  private final Path path;
  private final String kind;

  /**
   * A folder that holds, or will hold, a model of this kind.
   *
   * @param modalityFiles names of files that the modality writes beside
   */
  public Checkpoint(Path path, String kind, Set<String> modalityFiles) {
    Set<String> owned = new LinkedHashSet<>(List.of(CONFIG, MODEL, OPTIMIZER, LOG));
    owned.addAll(modalityFiles);
    this.path = path;
    this.kind = kind;
    this.folder = new AtomicFolder(path, owned);
  }

  /**
   * What kind of model a folder holds.
   *
   * @throws InputException if it holds no checkpoint
   */
  public static String kindOf(Path path) throws IOException {
    AtomicFolder folder = new AtomicFolder(path, Set.of(CONFIG, MODEL, OPTIMIZER, LOG));
    if (!folder.exists()) {
      throw new InputException(path + ": no such folder, expected a checkpoint");
    }
    return folder.read(
        from -> {
          JsonNode tree =
              Json.parse(text(path, from), from.resolve(CONFIG).toString(), JsonNode.class);
          requireOurs(path, tree);
          JsonNode kind = tree.path("kind");
          if (!kind.isString()) {
            throw new InputException(path + ": " + CONFIG + " names no kind of model");
          }
          return kind.asString();
        });
  }

  /** Whether there is a checkpoint. */
  public boolean exists() {
    return folder.exists() && Files.exists(folder.path().resolve(CONFIG));
  }

  /**
   * Fails now rather than at the end of long work if {@link #write} could not replace the folder.
   *
   * @throws InputException if the folder cannot be replaced, or holds files of the names that a
   *     checkpoint has and is none
   */
  public void requireWritable() throws IOException {
    folder.requireReplaceable();
    if (Files.exists(folder.path().resolve(CONFIG))) {
      config();
    }
    for (String name : List.of(MODEL, OPTIMIZER)) {
      if (!exists() && Files.exists(folder.path().resolve(name))) {
        throw new InputException(
            "%s: holds %s but no %s; expected a new folder, or a checkpoint"
                .formatted(path, name, CONFIG));
      }
    }
  }

  /** Everything a checkpoint is written from. */
  public record Content(
      Object modelConfig,
      Parameters parameters,
      @Nullable Optimizer optimizer,
      @Nullable WeightAverage average,
      @Nullable Training training,
      List<String> log,
      AtomicFolder.Writer modalityFiles) {}

  /** Replaces the folder's content. */
  public void write(Content content) throws IOException {
    JsonNode modelConfig = Json.mapper().valueToTree(content.modelConfig());
    Config config = new Config(FORMAT, VERSION, kind, modelConfig, content.training());
    Parameters parameters = content.parameters();
    WeightAverage average = content.average();
    Optimizer optimizer = content.optimizer();
    folder.replace(
        empty -> {
          Json.write(empty.resolve(CONFIG), config);
          Tensor used = average == null ? parameters.values() : average.values();
          SafetensorsWriter model = new SafetensorsWriter();
          parameters.views(used).forEach(model::add);
          model.write(empty.resolve(MODEL));
          if (optimizer != null) {
            SafetensorsWriter state = new SafetensorsWriter();
            optimizer.state().forEach(state::add);
            if (average != null) {
              parameters.views(parameters.values()).forEach((n, t) -> state.add(RAW + n, t));
            }
            state.write(empty.resolve(OPTIMIZER));
          }
          Files.write(empty.resolve(LOG), content.log());
          content.modalityFiles().write(empty);
        });
  }

  /**
   * What {@code config.json} says.
   *
   * @throws InputException if the folder holds no checkpoint, one of another kind or of a newer
   *     version
   */
  public Config config() throws IOException {
    if (!folder.exists()) {
      throw new InputException(path + ": no such folder, expected a checkpoint of kind " + kind);
    }
    return folder.read(this::config);
  }

  private Config config(Path from) throws IOException {
    return config(text(path, from), from.resolve(CONFIG).toString());
  }

  private static String text(Path path, Path from) throws IOException {
    Path file = from.resolve(CONFIG);
    if (!Files.exists(file)) {
      throw new InputException(path + ": has no " + CONFIG + ", expected a checkpoint folder");
    }
    return Utf8File.read(file, "JSON");
  }

  Config config(String text, String file) {
    JsonNode tree = Json.parse(text, file, JsonNode.class);
    Config config =
        version(tree) == 1
            ? Json.parse(ofVersion2(tree).toString(), file, Config.class)
            : Json.parse(text, file, Config.class);
    if (!config.kind().equals(kind)) {
      throw new InputException(
          "%s: holds a model of kind %s, expected %s".formatted(path, config.kind(), kind));
    }
    return config;
  }

  /** Checked before the rest is read: a newer version may have keys that are unknown here. */
  private int version(JsonNode tree) {
    requireOurs(path, tree);
    int version = tree.path("version").asInt(0);
    if (version < 1 || version > VERSION) {
      throw new InputException(
          "%s: is of format version %d, this program reads versions 1 to %d"
              .formatted(path, version, VERSION));
    }
    return version;
  }

  private static void requireOurs(Path path, JsonNode tree) {
    if (!FORMAT.equals(tree.path("format").asString(""))) {
      throw new InputException(
          path + ": " + CONFIG + " is not Chainrule's, expected \"format\": \"" + FORMAT + "\"");
    }
  }

  private static JsonNode ofVersion2(JsonNode tree) {
    JsonNode copy = tree.deepCopy();
    if (copy.path("training") instanceof ObjectNode training) {
      training.putObject("command_line");
      training.put("data_checksum", "");
    }
    return copy;
  }

  /** Reads files of the modality, or opens others; see {@link AtomicFolder#read}. */
  public <T> T read(AtomicFolder.Reader<T> reader) throws IOException {
    return folder.read(reader);
  }

  /**
   * Constructs the model that {@code config.json} describes. Each parameter that it declares is
   * compared with the header of the weights first, so that a description of any size costs no more
   * memory than the weights that are there.
   *
   * @param construction of the model; allocates nothing
   * @throws InputException if the weights are of another model
   */
  public <T> T construct(Supplier<T> construction) throws IOException {
    return folder.read(
        from -> {
          try (SafetensorsFile file = open(from.resolve(MODEL))) {
            return Parameters.expecting(
                (name, shape) -> requireStored(file, name, shape), construction);
          } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InputException(
                "%s: describes no model that can be built (%s)"
                    .formatted(from.resolve(CONFIG), e.getMessage()),
                e);
          }
        });
  }

  private void requireStored(SafetensorsFile file, String name, int[] shape) {
    boolean fits =
        file.has(name) && file.tensor(name).hasShape(Arrays.stream(shape).asLongStream().toArray());
    if (!fits) {
      throw new InputException(
          "%s: describes a model with a tensor %s of shape %s, but %s has %s"
              .formatted(
                  path.resolve(CONFIG),
                  name,
                  Arrays.toString(shape),
                  MODEL,
                  file.has(name) ? file.tensor(name) : "none of that name"));
    }
  }

  /**
   * Reads the weights to use into allocated parameters, each by its name.
   *
   * @throws InputException if one is missing, too many, of another shape or not finite
   */
  public void readModel(Parameters parameters) throws IOException {
    folder.read(
        from -> {
          try (SafetensorsFile file = open(from.resolve(MODEL))) {
            fill(file, "", parameters.views(parameters.values()));
            requireNoOther(file, parameters);
          }
          return true;
        });
  }

  /**
   * Reads everything that training needs to go on: weights as they were, the average, the state of
   * the optimiser (begun already), and the lines of the log.
   *
   * @return the log
   */
  public List<String> readTraining(
      Parameters parameters, Optimizer optimizer, @Nullable WeightAverage average)
      throws IOException {
    return folder.read(
        from -> {
          Training training = config(from).training();
          if (training == null || !Files.exists(from.resolve(OPTIMIZER))) {
            throw new InputException(path + ": holds no state of training, nothing to resume");
          }
          if (!training.optimizer().equals(optimizer.name())) {
            throw new InputException(
                "%s: was trained with %s, cannot resume with %s"
                    .formatted(path, training.optimizer(), optimizer.name()));
          }
          try (SafetensorsFile model = open(from.resolve(MODEL));
              SafetensorsFile state = open(from.resolve(OPTIMIZER))) {
            if (average == null) {
              fill(model, "", parameters.views(parameters.values()));
            } else {
              fill(model, "", parameters.views(average.values()));
              fill(state, RAW, parameters.views(parameters.values()));
            }
            fill(state, "", optimizer.state());
          }
          optimizer.resume(training.optimizerSteps());
          return log(from.resolve(LOG));
        });
  }

  private List<String> log(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new InputException(path + ": has no " + LOG + ", the checkpoint is not whole");
    }
    return Utf8File.read(file, "lines of JSON").lines().toList();
  }

  private SafetensorsFile open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new InputException(
          path + ": has no " + file.getFileName() + ", the checkpoint is not whole");
    }
    return SafetensorsFile.open(file);
  }

  /** Every tensor that is read comes through here: none may hold what is no number. */
  private void fill(SafetensorsFile file, String prefix, Map<String, Tensor> targets) {
    targets.forEach(
        (name, target) -> {
          if (!file.has(prefix + name)) {
            throw new InputException(
                "%s: has no tensor %s, expected shape %s"
                    .formatted(file.path(), prefix + name, target));
          }
          StoredTensor stored = file.tensor(prefix + name);
          long[] shape = new long[target.rank()];
          for (int i = 0; i < shape.length; i++) {
            shape[i] = target.dim(i);
          }
          if (!stored.hasShape(shape)) {
            throw new InputException(
                "%s: tensor %s is %s, expected %s"
                    .formatted(file.path(), prefix + name, stored, target));
          }
          // Looked at here, wherever it goes: a device's memory cannot be.
          Tensor read = target.onHost() ? target : Tensor.zeros(target.dtype(), target.shape());
          stored.copyTo(read);
          requireFinite(file, prefix + name, read);
          if (!target.onHost()) {
            target.copyFrom(read);
          }
        });
  }

  private static void requireFinite(SafetensorsFile file, String name, Tensor tensor) {
    for (long i = 0; i < tensor.size(); i++) {
      if (!Double.isFinite(tensor.get(i))) {
        throw new InputException(
            "%s: tensor %s holds %s at %d, expected numbers"
                .formatted(file.path(), name, tensor.get(i), i));
      }
    }
  }

  private void requireNoOther(SafetensorsFile file, Parameters parameters) {
    Set<String> names = new LinkedHashSet<>();
    for (Parameter parameter : parameters.all()) {
      names.add(parameter.name());
    }
    for (StoredTensor tensor : file.tensors()) {
      if (!names.contains(tensor.name())) {
        throw new InputException(
            "%s: has a tensor %s that the model does not have"
                .formatted(file.path(), tensor.name()));
      }
    }
  }
}
