package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.safetensors.SafetensorsFile;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.adapter.LowRank;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.data.PackedTokens;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that learnt one text goes on with another. */
class FineTuningTest {
  private static final String FIRST = "one fish two fish red fish blue fish\n";
  private static final String SECOND = "blue fish red fish two fish one fish; ";

  @TempDir static Path folder;
  private static Path base;
  private static String other;

  @BeforeAll
  static void aModel() throws IOException {
    base = folder.resolve("base");
    Path text = Files.writeString(folder.resolve("first.txt"), (FIRST + ";").repeat(60));
    other = Files.writeString(folder.resolve("second.txt"), SECOND.repeat(60)).toString();
    TextModel.train(text.toString(), training(80), base);
  }

  private static TextTraining training(int steps) {
    TextTraining usual = TextTraining.nanoCpu();
    Recipe recipe = usual.recipe();
    return usual
        .withNetwork(
            new TextTraining.Network<>(
                new GptKind(), vocab -> new GptConfig(vocab, 16, 2, 2, 16, 0, true, true)))
        .withRecipe(recipe.withBatchSize(4).withLearningRate(1e-2))
        .withSteps(steps);
  }

  private static TrainingRun.Result train(TrainingRun<TokenBatch> run) throws IOException {
    try (Engine engine = Engines.open("vector", 2)) {
      return run.train(engine, List.of(), () -> false);
    }
  }

  private static double heldOut(Path model) throws IOException {
    return TextModel.open(model).evaluate(other).nll();
  }

  @Test
  void allOfAModelGoesOnFromWhereItWas() throws IOException {
    double before = heldOut(base);
    Path out = folder.resolve("whole");
    train(new FineTuning(base, Optional.empty()).begin(other, training(40), out));
    TextModel tuned = TextModel.open(out);
    assertThat(tuned.kind()).isEqualTo("text.gpt");
    assertThat(tuned.evaluate(other).nll()).isLessThan(before - 0.5);
    // A step that moves nothing leaves the model as it was.
    Path still = folder.resolve("still");
    TextTraining none = training(1);
    train(
        new FineTuning(base, Optional.empty())
            .begin(other, none.withRecipe(none.recipe().withLearningRate(1e-30)), still));
    try (SafetensorsFile is = SafetensorsFile.open(still.resolve("model.safetensors"));
        SafetensorsFile was = SafetensorsFile.open(base.resolve("model.safetensors"))) {
      assertThat(is.tensors()).hasSameSizeAs(was.tensors());
    }
    Corpus text = Corpus.of("x", SECOND);
    assertThat(TextModel.open(still).likelihood().inWindows(text).nll())
        .isEqualTo(TextModel.open(base).likelihood().inWindows(text).nll());
  }

  @Test
  void adaptersLearnAndAreAllThatIsKept() throws IOException {
    double before = heldOut(base);
    byte[] weights = Files.readAllBytes(base.resolve("model.safetensors"));
    Path out = folder.resolve("adapters");
    LowRank shape = new LowRank(4, 16, List.of("c_attn", "c_fc", "c_proj"));
    train(new FineTuning(base, Optional.of(shape)).begin(other, training(60), out));
    double after = heldOut(out);
    assertThat(after).isLessThan(before - 0.2);
    try (SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"))) {
      assertThat(file.tensors())
          .isNotEmpty()
          .allMatch(t -> t.name().endsWith(".lora_a") || t.name().endsWith(".lora_b"));
    }
    assertThat(Files.readAllBytes(base.resolve("model.safetensors"))).isEqualTo(weights);

    Path merged = folder.resolve("merged");
    Adapters.merge(out, merged);
    TextModel whole = TextModel.open(merged);
    assertThat(whole.kind()).isEqualTo("text.gpt");
    Corpus text = Corpus.of("x", SECOND);
    assertThat(whole.likelihood().inWindows(text).nll())
        .isCloseTo(TextModel.open(out).likelihood().inWindows(text).nll(), within(1e-6));
    assertThatThrownBy(() -> Adapters.merge(out, merged))
        .hasMessageContaining("holds a model already");
    assertThatThrownBy(() -> Adapters.merge(base, folder.resolve("x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds a whole model, expected adapters");
  }

  @Test
  void aResumedRunOfAdaptersEndsWithTheSameBits() throws IOException {
    FineTuning tuning = new FineTuning(base, Optional.of(LowRank.of(2)));
    Path whole = folder.resolve("uninterrupted");
    train(tuning.begin(other, training(30), whole));
    Path halves = folder.resolve("halves");
    int[] asked = {0};
    try (Engine engine = Engines.open("vector", 2)) {
      tuning.begin(other, training(30), halves).train(engine, List.of(), () -> asked[0]++ >= 13);
    }
    assertThat(Files.readAllBytes(halves.resolve("model.safetensors")))
        .isNotEqualTo(Files.readAllBytes(whole.resolve("model.safetensors")));
    TrainingRun.Result result = train(TextRun.resume(halves, null, null, recipe -> recipe));
    assertThat(result.steps()).isEqualTo(30);
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(Files.readAllBytes(halves.resolve(file)))
          .as(file)
          .isEqualTo(Files.readAllBytes(whole.resolve(file)));
    }
  }

  @Test
  void adaptersOfAModelThatChangedOrWentAreRefused() throws IOException {
    Path moved = folder.resolve("moved");
    TextModel.train(other, training(5), moved);
    Path out = folder.resolve("orphans");
    train(new FineTuning(moved, Optional.of(LowRank.of(2))).begin(other, training(2), out));
    train(TextRun.resume(moved, null, null, recipe -> recipe.withSteps(6)));
    assertThatThrownBy(() -> TextModel.open(out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(moved.toString())
        .hasMessageContaining("expected the model as it was");
    Files.move(moved, folder.resolve("elsewhere"));
    assertThatThrownBy(() -> TextModel.open(out))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(moved + ": no such file or folder");
  }

  @Test
  void aShorterWindowThanTheContextIsLearntFromAndResumed() throws IOException {
    Path out = folder.resolve("short");
    FineTuning tuning = new FineTuning(base, Optional.empty());
    train(tuning.begin(other, training(3).withWindow(5), out));
    TextData data = TextModel.open(out).learnedFrom();
    assertThat(data.window()).isEqualTo(5);
    assertThat(train(TextRun.resume(out, null, null, r -> r.withSteps(4))).steps()).isEqualTo(4);
    assertThatThrownBy(() -> tuning.begin(other, training(3).withWindow(17), folder.resolve("y")))
        .isInstanceOf(InputException.class)
        .hasMessage("a context of 17 tokens, expected 1 to the model's 16");
  }

  @Test
  void conversationsAreWrittenAsTheModelsTemplateHasThem() throws IOException {
    Path talker = folder.resolve("talker");
    String talk = "<user>one fish;<assistant>two fish;";
    Path text = Files.writeString(folder.resolve("talk.txt"), talk.repeat(40));
    TextModel.train(text.toString(), training(5), talker);
    String template =
        "{% for m in messages %}<{{ m.role }}>{{ m.content }};{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}";
    Files.writeString(talker.resolve("chat_template.jinja"), template);
    Path chats =
        Files.writeString(
            folder.resolve("chats.jsonl"),
            chat("one", "two", "fish", "one") + chat("two", "one", "one", "fish"));
    Path out = folder.resolve("chatter");
    FineTuning tuning = new FineTuning(talker, Optional.of(LowRank.of(2)));
    train(tuning.begin(chats.toString(), training(2), out));
    assertThat(train(TextRun.resume(out, null, null, r -> r.withSteps(3))).steps()).isEqualTo(3);
    Path merged = folder.resolve("merged-chatter");
    Adapters.merge(out, merged);
    for (Path each : List.of(out, merged)) {
      TextModel model = TextModel.open(each);
      assertThat(each.resolve("chat_template.jinja")).hasContent(template);
      PackedTokens tokens = model.likelihood().tokens(Corpus.ofFile(chats, Documents.JSONL));
      int[] ids = new int[(int) tokens.length()];
      StringBuilder learnt = new StringBuilder();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = tokens.tokens().get(i);
        if (Objects.requireNonNull(tokens.learnt()).get(i) == 1) {
          learnt.append(model.tokenizer().decode(ids[i]));
        }
      }
      assertThat(model.tokenizer().decode(ids))
          .isEqualTo(
              "<user>one;<assistant>two;<user>fish;<assistant>one;"
                  + "<user>two;<assistant>one;<user>one;<assistant>fish;");
      assertThat(learnt).hasToString("two;one;one;fish;");
    }
  }

  private static String chat(String... said) {
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < said.length; i++) {
      messages
          .append(i == 0 ? "" : ", ")
          .append("{\"role\": \"")
          .append(i % 2 == 0 ? "user" : "assistant")
          .append("\", \"content\": \"")
          .append(said[i])
          .append("\"}");
    }
    return "{\"messages\": [" + messages + "]}\n";
  }

  @Test
  void whatIsHeldOutMayLieElsewhereAndIsMeasuredBeforeTheFirstStep() throws IOException {
    Path heldOut = Files.writeString(folder.resolve("held.txt"), FIRST.repeat(3));
    Path out = folder.resolve("elsewhere-held");
    double before = TextModel.open(base).evaluate(heldOut.toString()).nll();
    TrainingRun.Result result =
        train(
            new FineTuning(base, Optional.empty())
                .begin(other, training(3).withValidationData(heldOut.toString()), out));
    assertThat(result.firstValidationNll()).isEqualTo(before);
    TextModel tuned = TextModel.open(out);
    assertThat(result.validationNll()).isEqualTo(tuned.evaluate(heldOut.toString()).nll());
    // All of the data is learnt, so that all of it is what an evaluation is of.
    assertThat(tuned.evaluate(other).elements()).isEqualTo(SECOND.length() * 60L - 1);
    TrainingRun.Result more = train(TextRun.resume(out, null, null, r -> r.withSteps(4)));
    assertThat(more.firstValidationNll()).isNull();
    assertThat(Files.readString(out.resolve("train.jsonl"))).startsWith("{\"step\":0,");
  }

  @Test
  void aModelOfAnotherProgramIsAdaptedMergedAndDrawnFrom() throws IOException {
    Path foreign = folder.resolve("foreign");
    // Vocabularies of published models are rounded up: more rows than tokens.
    DecoderModel model = new DecoderModel(Tiny.architectures(300, 16).get("llama"));
    model.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(model, foreign, Map.of());
    Path bytes = folder.resolve("bytes.json");
    TokenizerFile.write(bytes, new ByteTokenizer());
    LowRank shape = new LowRank(4, 64, List.of("q", "v", "up", "down", "embed", "head"));
    assertThatThrownBy(
            () ->
                new FineTuning(foreign, Optional.of(shape))
                    .begin(other, training(2), folder.resolve("y")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(foreign + ": its files hold no tokenizer");
    Path out = folder.resolve("foreign-adapters");
    FineTuning tuning = new FineTuning(foreign, Optional.of(bytes), Optional.of(shape));
    TrainingRun.Result result = train(tuning.begin(other, training(60), out));
    assertThat(result.validationNll()).isLessThan(result.firstValidationNll() - 1);
    Path merged = folder.resolve("foreign-merged");
    Adapters.merge(out, merged);
    SamplingConfig greedy = SamplingConfig.greedy();
    String drawn = TextModel.open(merged).sample("blue ", 8, greedy);
    assertThat(drawn).isEqualTo(TextModel.open(out).sample("blue ", 8, greedy)).contains("fish");
    Path whole = folder.resolve("foreign-whole");
    train(
        new FineTuning(foreign, Optional.of(bytes), Optional.empty())
            .begin(other, training(2), whole));
    assertThat(TextModel.open(whole).kind()).isEqualTo("text.decoder");
  }
}
