package dev.chainrule.text.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.GgufTensor;
import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.core.safetensors.SafetensorsFile;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.core.safetensors.StorageType;
import dev.chainrule.core.safetensors.StoredTensor;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Rotary;
import dev.chainrule.text.decoder.Tiny;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Models written as other programs' files are read from them, and broken files are refused. */
class ForeignModelTest {
  private static final Engine REFERENCE = Engines.open("reference", 1);

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> aFolderIsReadAsItWasWritten() {
    return Tiny.architectures(11, 9).entrySet().stream()
        .map(
            named ->
                dynamicTest(named.getKey(), () -> folderAgain(named.getKey(), named.getValue())));
  }

  private void folderAgain(String name, DecoderConfig config) throws IOException {
    DecoderModel model = random(config);
    Path copy = folder.resolve(name.replace(' ', '_'));
    HubExport.write(model, copy, Map.of("eos_token_id", 2));
    try (ForeignModel foreign = ForeignModel.open(copy)) {
      assertThat(foreign.architecture()).isEqualTo(name.replace(", scaled", ""));
      assertSame(model, foreign.load());
      // Matrices of GPT-2 lie there transposed.
      assertThat(foreign.weights().blocks("layers.0.q.weight").isPresent())
          .isEqualTo(!name.equals("gpt2"));
      assertThat(foreign.gguf()).isEmpty();
    }
  }

  @TestFactory
  Stream<DynamicTest> aGgufFileIsReadAsItWasWritten() {
    return Tiny.architectures(11, 9).entrySet().stream()
        .filter(named -> !named.getKey().equals("smollm3"))
        .map(named -> dynamicTest(named.getKey(), () -> gguf(named.getKey(), named.getValue())));
  }

  private void gguf(String name, DecoderConfig described) throws IOException {
    // What GGUF does not say: five windows to one full layer, and the scale of the scores.
    DecoderConfig config = name.equals("gemma3") ? withoutScale(described) : described;
    DecoderModel model = random(config);
    Path file = folder.resolve(name.replace(' ', '_') + ".gguf");
    GgufExport.of(model, Rounding.to(FileType.F32)).write(file, 1, bytes -> {});
    try (ForeignModel foreign = ForeignModel.open(file)) {
      assertThat(foreign.gguf()).isPresent();
      assertSame(model, foreign.load());
      BlockMatrix keys = foreign.weights().blocks("layers.1.k.weight").orElseThrow();
      float[] row = new float[config.width()];
      Tensor expected =
          model.parameters().views(model.parameters().values()).get("layers.1.k.weight");
      for (int r = 0; r < keys.rows(); r++) {
        keys.row(r, row, 0);
        for (int c = 0; c < row.length; c++) {
          assertThat((double) row[c]).isEqualTo(expected.get((long) r * row.length + c));
        }
      }
    }
  }

  /** Of as many numbers as one of the three matrices has, but not of all three. */
  @Test
  void whatIsNoneOfThreePartsIsRefused() throws IOException {
    DecoderConfig config = Tiny.architectures(11, 9).get("gpt2");
    GgufQuantization export = GgufExport.of(random(config), Rounding.to(FileType.F32));
    Path whole = folder.resolve("whole.gguf");
    Path broken = folder.resolve("broken.gguf");
    export.write(whole, 1, bytes -> {});
    try (GgufFile file = GgufFile.open(whole)) {
      GgufWriter writer = new GgufWriter();
      file.metadata().keys().forEach(key -> writer.copy(file.metadata(), key));
      for (GgufTensor tensor : file.tensors()) {
        boolean fused = tensor.name().equals("blk.1.attn_qkv.bias");
        long[] shape = fused ? new long[] {config.width()} : tensor.shape();
        long bytes = fused ? 4L * config.width() : tensor.data().byteSize();
        writer.add(tensor.name(), tensor.format(), shape, tensor.data().asSlice(0, bytes));
      }
      writer.write(broken);
    }
    assertThatThrownBy(() -> ForeignModel.open(broken))
        .isInstanceOf(InputException.class)
        .hasMessage(
            broken
                + ": tensor blk.1.attn_qkv.bias has 8 rows, expected a multiple of 3 for as many"
                + " matrices");
  }

  private static DecoderConfig withoutScale(DecoderConfig c) {
    return new DecoderConfig(
        c.vocabSize(),
        c.contextLength(),
        c.numLayers(),
        c.width(),
        c.hidden(),
        c.numHeads(),
        c.numKvHeads(),
        c.headDim(),
        c.norm(),
        c.positions(),
        c.activation(),
        c.gatedMlp(),
        c.biases(),
        c.qkNorm(),
        c.postNorms(),
        List.of(3, 3),
        1,
        c.attentionSoftcap(),
        c.logitSoftcap(),
        c.embeddingScale(),
        c.tiedEmbeddings(),
        0);
  }

  private static DecoderModel random(DecoderConfig config) {
    DecoderModel model = new DecoderModel(config);
    model.parameters().allocate(DType.FLOAT32, 5);
    RandomGenerator rng = new Random(6);
    model
        .parameters()
        .views(model.parameters().values())
        .values()
        .forEach(
            tensor -> {
              for (long i = 0; i < tensor.size(); i++) {
                tensor.set(i, tensor.get(i) + 0.3 * rng.nextGaussian());
              }
            });
    return model;
  }

  private static void assertSame(DecoderModel expected, DecoderModel actual) {
    assertThat(logits(actual)).containsExactly(logits(expected), within(2e-6f));
  }

  private static float[] logits(DecoderModel model) {
    Tape tape = Tape.evaluation(REFERENCE, model.parameters());
    tape.begin();
    int[] ids = {3, 1, 4, 1, 5, 9, 2, 6, 5};
    return model.logits(tape, Tensor.of(ids, 1, ids.length)).value().toFloats();
  }

  @Test
  void whatNobodyHasIsNotWritten() {
    for (DecoderConfig config : Tiny.others(5, 7).values()) {
      DecoderModel model = random(config);
      assertThatThrownBy(() -> HubExport.write(model, folder.resolve("none"), Map.of()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no architecture of transformers")
          .hasMessageContaining("gpt2, llama, mistral, qwen2, qwen3, smollm3, gemma3");
      assertThat(folder.resolve("none")).doesNotExist();
    }
  }

  @Test
  void aFolderThatHoldsAModelIsKept() throws IOException {
    DecoderModel model = random(Tiny.architectures(5, 7).get("llama"));
    HubExport.write(model, folder.resolve("a"), Map.of());
    assertThatThrownBy(() -> HubExport.write(model, folder.resolve("a"), Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json already");
  }

  @Test
  void weightsThatDoNotFitAreRefusedByName() throws IOException {
    refusesWeights(
        "no tensor layers.1.mlp.up_proj.weight, expected one of shape [12, 8]",
        (name, writer) -> {},
        "model.layers.1.mlp.up_proj.weight");
    refusesWeights(
        "layers.0.self_attn.k_proj.weight gives layers.0.k.weight the shape [2, 2], expected [4,"
            + " 8]",
        (name, writer) -> writer.add(name, Tensor.zeros(DType.FLOAT32, 2, 2)),
        "model.layers.0.self_attn.k_proj.weight");
    refusesWeights(
        "holds what is no number",
        (name, writer) -> {
          Tensor nan = Tensor.zeros(DType.FLOAT32, 8);
          nan.set(7, Double.NaN);
          writer.add(name, nan);
        },
        "model.norm.weight");
    refusesWeights(
        "layers.2.self_attn.q_proj.weight, which has no place in a model of 2 layers",
        (name, writer) -> {
          writer.add(name, Tensor.zeros(DType.FLOAT32, 8));
          writer.add("model.layers.2.self_attn.q_proj.weight", Tensor.zeros(DType.FLOAT32, 8, 8));
        },
        "model.norm.weight");
    refusesWeights(
        "has the tensors model.norm.weight and norm.weight, expected one of them",
        (name, writer) -> {
          writer.add(name, Tensor.zeros(DType.FLOAT32, 8));
          writer.add("norm.weight", Tensor.zeros(DType.FLOAT32, 8));
        },
        "model.norm.weight");
  }

  @Test
  void matricesInHalvesAreReadAsTheyLie() throws IOException {
    for (StorageType type : List.of(StorageType.BF16, StorageType.F16)) {
      Path halves = folder.resolve("halves" + type);
      HubExport.write(random(Tiny.architectures(5, 9).get("llama")), halves, Map.of());
      round(halves.resolve("model.safetensors"), type, Float.NaN);
      try (ForeignModel foreign = ForeignModel.open(halves)) {
        BlockMatrix query = foreign.weights().blocks("layers.0.q.weight").orElseThrow();
        assertThat(query.format().name()).isEqualTo(type.name());
        DecoderModel widened = foreign.load();
        int[] ids = {3, 1, 4, 1, 0};
        try (Decoder read = foreign.decoder(REFERENCE, 1, CacheFormat.FLOAT32, 9);
            Decoder floats = widened.decoder(REFERENCE, 1, CacheFormat.FLOAT32)) {
          for (Decoder each : List.of(read, floats)) {
            each.feedAll(Tensor.of(ids, 1, ids.length));
          }
          assertThat(read.conditional().toFloats())
              .containsExactly(floats.conditional().toFloats(), within(1e-6f));
        }
      }
      round(halves.resolve("model.safetensors"), type, Float.POSITIVE_INFINITY);
      try (ForeignModel foreign = ForeignModel.open(halves)) {
        assertThatThrownBy(() -> foreign.decoder(REFERENCE, 1, CacheFormat.FLOAT32, 9))
            .isInstanceOf(InputException.class)
            .hasMessageStartingWith(halves.toString())
            .hasMessageContaining("holds what is no number or infinite");
      }
    }
  }

  /** Rounds the tensors of a file; the last number of one becomes another, unless that is none. */
  private static void round(Path file, StorageType type, float other) throws IOException {
    Path changed = file.resolveSibling("changed");
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (StoredTensor tensor : weights.tensors()) {
        int[] shape = Arrays.stream(tensor.shape()).mapToInt(Math::toIntExact).toArray();
        Tensor floats = Tensor.zeros(DType.FLOAT32, shape);
        tensor.copyTo(floats);
        if (!Float.isNaN(other) && tensor.name().endsWith("layers.1.mlp.down_proj.weight")) {
          floats.set(floats.size() - 1, other);
        }
        writer.addRounded(tensor.name(), floats, type);
      }
      writer.write(changed);
    }
    Files.move(changed, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** With one tensor replaced by what is added. */
  private void refusesWeights(
      String sentence, BiConsumer<String, SafetensorsWriter> added, String replaced)
      throws IOException {
    Path broken = Files.createTempDirectory(folder, "broken").resolve("model");
    HubExport.write(random(Tiny.architectures(5, 7).get("llama")), broken, Map.of());
    Path file = broken.resolve("model.safetensors");
    Path changed = broken.resolve("changed");
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (StoredTensor tensor : weights.tensors()) {
        if (!tensor.name().equals(replaced)) {
          writer.add(tensor.name(), tensor.type(), tensor.shape(), tensor.data());
        }
      }
      added.accept(replaced, writer);
      writer.write(changed);
    }
    Files.move(changed, file, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(
            () -> {
              try (ForeignModel foreign = ForeignModel.open(broken)) {
                foreign.load();
              }
            })
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(broken.toString())
        .hasMessageContaining(sentence);
  }

  @Test
  void oldSpellingsAndNullsAreRead() {
    DecoderConfig llama =
        read(
            """
            {"model_type": "llama", "vocab_size": 7, "hidden_size": 24, "intermediate_size": 9,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": null,
             "max_position_embeddings": 33, "rms_norm_eps": 1e-05, "head_dim": null,
             "rope_theta": 500000.0, "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0,
               "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
               "rope_type": "llama3"}, "tie_word_embeddings": true, "pretraining_tp": 1}
            """);
    assertThat(llama.numKvHeads()).isEqualTo(4);
    assertThat(llama.headDim()).isEqualTo(6);
    assertThat(llama.positions().full())
        .isEqualTo(new Rotary(500_000, Rotary.Scaling.llama3(32, 1, 4, 8192)));
    assertThat(llama.tiedEmbeddings()).isTrue();

    DecoderConfig linear =
        read(
            """
            {"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 2.0}}\
            """);
    assertThat(linear.positions().full().scaling().factor()).isEqualTo(2);
    assertThat(linear.width()).isEqualTo(4096);
    assertThat(linear.vocabSize()).isEqualTo(32_000);

    DecoderConfig gemma =
        read(
            """
            {"model_type": "gemma3_text", "num_hidden_layers": 7, "sliding_window": 512,
             "sliding_window_pattern": 6, "rope_local_base_freq": 10000.0,
             "rope_theta": 1000000.0, "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
             "hidden_size": 640, "head_dim": 256, "num_attention_heads": 4,
             "num_key_value_heads": 1, "query_pre_attn_scalar": 256}
            """);
    assertThat(gemma.windows()).containsExactly(512, 512, 512, 512, 512, 0, 512);
    assertThat(gemma.rotary(0).base()).isEqualTo(1e4);
    assertThat(gemma.rotary(0).scaling().factor()).isEqualTo(1);
    assertThat(gemma.rotary(5).base()).isEqualTo(1e6);
    assertThat(gemma.rotary(5).scaling().factor()).isEqualTo(8);
    assertThat(gemma.attentionScale()).isEqualTo(1);

    DecoderConfig mistral = read("{\"architectures\": [\"MistralForCausalLM\"]}");
    assertThat(mistral.window(31)).isEqualTo(4096);
    assertThat(read("{\"model_type\": \"mistral\", \"sliding_window\": null}").windows()).isEmpty();

    DecoderConfig qwen =
        read(
            """
            {"model_type": "qwen2", "use_sliding_window": true, "sliding_window": 7,
             "num_hidden_layers": 4, "max_window_layers": 3}
            """);
    assertThat(qwen.windows()).containsExactly(0, 0, 0, 7);
    assertThat(qwen.biases()).isEqualTo(new DecoderConfig.Biases(true, false, false));

    DecoderConfig smol = read("{\"model_type\": \"smollm3\", \"num_hidden_layers\": 9}");
    assertThat(smol.positions().unrotated()).containsExactly(3, 7);
  }

  @Test
  void descriptionsThatCannotBeAreRefused() {
    refuses(
        "{\"model_type\": \"mamba\"}",
        "model_type is \"mamba\", expected one of the known architectures gpt2, llama, mistral");
    refuses("{}", "model_type is \"\", expected one of");
    refuses("[]", "no JSON object");
    refuses("{\"model_type\": 3}", "model_type is 3, expected a text");
    refuses(
        "{\"model_type\": \"llama\", \"hidden_size\": \"8\"}",
        "hidden_size is \"8\", expected a whole number");
    refuses("{\"model_type\": \"llama\", \"num_hidden_layers\": 2000000000}", "2000000000 layers");
    refuses("{\"model_type\": \"llama\", \"num_attention_heads\": 0}", "num_heads 0");
    refuses(
        "{\"model_type\": \"llama\", \"num_key_value_heads\": 5}", "a multiple of num_kv_heads 5");
    refuses(
        "{\"model_type\": \"llama\", \"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4}}",
        "rope_type is yarn, expected one of [default, linear, llama3]");
    refuses(
        "{\"model_type\": \"llama\", \"rope_scaling\": {\"type\": \"linear\"}}",
        "factor is absent");
    refuses("{\"model_type\": \"llama\", \"hidden_act\": \"mish\"}", "hidden_act is \"mish\"");
    refuses(
        "{\"model_type\": \"llama\", \"rope_theta\": 1%s}".formatted("0".repeat(400)),
        "expected a number of 64 bits");
    refuses(
        "{\"model_type\": \"gpt2\", \"scale_attn_by_inverse_layer_idx\": true}",
        "scale_attn_by_inverse_layer_idx is true, expected false");
    refuses(
        "{\"model_type\": \"llama\", \"quantization_config\": {\"bits\": 4}}",
        "quantization_config is there");
    refuses(
        "{\"model_type\": \"gemma3_text\", \"layer_types\": [\"full_attention\"]}",
        "layer_types is a list of 1, expected 26 elements");
    refuses(
        "{\"model_type\": \"gemma3_text\", \"sliding_window_pattern\": 0}",
        "sliding_window_pattern is 0");
  }

  @Test
  void noModelIsAtAPathThatHoldsNone() throws IOException {
    assertThatThrownBy(() -> ForeignModel.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no config.json");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    assertThatThrownBy(() -> ForeignModel.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has neither model.safetensors nor");
  }

  @Test
  void brokenDescriptions() {
    Map<String, DecoderConfig> all = Tiny.architectures(59, 16);
    for (String name : List.of("gpt2", "llama, scaled", "smollm3", "gemma3")) {
      DecoderConfig config = all.get(name);
      Architectures.Written written = HubExport.written(config);
      ObjectNode tree = Json.mapper().valueToTree(written.json());
      String[] tokens = Mutations.tokens(tree.toString());
      ReaderFuzz.run(
          "config-of-" + written.architecture().name(),
          500,
          random -> Mutations.text(tokens, random),
          bytes -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            read(text, ReaderFuzz.ORIGIN);
          });
    }
  }

  private static void refuses(String json, String sentence) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(sentence);
  }

  private static DecoderConfig read(String json) {
    return read(json, "config.json");
  }

  private static DecoderConfig read(String json, String origin) {
    HubConfig config = HubConfig.parse(json, origin);
    Architecture architecture = Architectures.of(config);
    return Architectures.described(origin, () -> architecture.read(config));
  }
}
