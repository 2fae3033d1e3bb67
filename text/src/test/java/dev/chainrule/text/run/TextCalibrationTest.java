package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.quant.InputMoments;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Rotary;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Matrices are rounded with regard to what they are multiplied with. */
class TextCalibrationTest {
  private static final int WIDTH = 32;

  /** Its inputs are what attention has brought together. */
  private static final String OUTPUT = "blk.1.attn_output.weight";

  @TempDir Path folder;

  private TextModel model() throws IOException {
    return model(1);
  }

  /** Weights are some times as large as those of a model that is to be trained. */
  private TextModel model(int times) throws IOException {
    DecoderModel network =
        new DecoderModel(
            new DecoderConfig(
                256,
                16,
                2,
                WIDTH,
                64,
                4,
                2,
                8,
                DecoderConfig.Norm.rms(1e-5),
                DecoderConfig.Positions.rotary(Rotary.of(10_000)),
                GateFunction.SILU,
                true,
                DecoderConfig.Biases.NONE,
                false,
                false,
                List.of(),
                1,
                0,
                0,
                1,
                true,
                0));
    network.parameters().allocate(DType.FLOAT32, 5);
    Tensor values = network.parameters().values();
    for (long i = 0; i < values.size(); i++) {
      values.set(i, times * values.get(i));
    }
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 16, folder);
    return TextModel.open(folder);
  }

  private Corpus corpus() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "one fish two fish ".repeat(20));
    return Corpus.ofFile(text, Documents.WHOLE);
  }

  @Test
  void momentsAreThoseOfTheInputs() throws IOException {
    try (TextModel model = model()) {
      Map<String, InputMoments> one = TextCalibration.of(model, corpus(), new Compute("vector", 1));
      Map<String, InputMoments> two = TextCalibration.of(model, corpus(), new Compute("vector", 2));
      assertThat(one).hasSize(2 * 7 + 1).containsOnlyKeys(two.keySet());
      assertThat(one.get("token_embd.weight").alsoTable()).isTrue();
      InputMoments query = one.get("blk.0.attn_q.weight");
      assertThat(query.sums()).isEqualTo(one.get("blk.0.attn_k.weight").sums());
      assertThat(query.sums()).isNotEqualTo(one.get("blk.0.attn_output.weight").sums());
      assertThat(one.get("blk.1.ffn_down.weight").size()).isEqualTo(64);
      // What comes out of a norm has the mean square 1 in every one of the places.
      long places = 18 * 20;
      double trace = 0;
      for (int i = 0; i < WIDTH; i++) {
        trace += query.sums()[i * WIDTH + i];
      }
      assertThat(trace / WIDTH).isCloseTo(places, within(0.1 * places));
      for (String tensor : one.keySet()) {
        float[] sums = one.get(tensor).sums();
        for (int i = 0; i < sums.length; i++) {
          assertThat(two.get(tensor).sums()[i]).isCloseTo(sums[i], within(1e-3f * places));
        }
      }
    }
  }

  /** Nothing of one document is before what is read of another. */
  @Test
  void documentsAreReadByThemselves() throws IOException {
    String[] lines = {"one fish two fish", "the end of a longer line of text"};
    try (TextModel model = model(8)) {
      Compute compute = new Compute("vector", 2);
      float[] first = TextCalibration.of(model, lines(lines[0]), compute).get(OUTPUT).sums();
      float[] second = TextCalibration.of(model, lines(lines[1]), compute).get(OUTPUT).sums();
      float[] both = TextCalibration.of(model, lines(lines), compute).get(OUTPUT).sums();
      double scale = both[0];
      for (int i = 0; i < both.length; i++) {
        assertThat((double) both[i]).isCloseTo(first[i] + second[i], within(1e-5 * scale));
      }
    }
  }

  private Corpus lines(String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("lines.txt"), String.join("\n", lines) + "\n");
    return Corpus.ofFile(file, Documents.LINES);
  }

  @Test
  void allMatricesWithCodesAreCalibrated() throws IOException {
    try (TextModel model = model()) {
      Map<String, InputMoments> moments = TextCalibration.of(model, corpus(), Compute.automatic());
      GgufQuantization file =
          TextExport.gguf(model, Rounding.to(FileType.Q4_0).withCalibration(moments));
      GgufQuantization.Result written = file.write(folder.resolve("a.gguf"), 2, bytes -> {});
      assertThat(written.calibrated()).isEqualTo(2 * 7 + 1);
      assertThat(TextExport.gguf(model, Rounding.to(FileType.Q4_0)).result().calibrated()).isZero();
      try (TextModel back = TextModel.open(folder.resolve("a.gguf"))) {
        double nll = model.likelihood().inWindows(corpus()).nll();
        assertThat(back.likelihood().inWindows(corpus()).nll()).isCloseTo(nll, within(0.05));
      }
    }
  }

  @Test
  void tunedWeightsPredictAsTheModelDoesOnceTheyAreRounded() throws IOException {
    try (TextModel model = model(8)) {
      Rounding rounding = Rounding.to(FileType.Q4_0).withPure(true);
      double before = divergence(model, model.network(), rounding);
      List<Double> divergences = new ArrayList<>();
      DecoderModel tuned =
          new RoundingTuning(30, 1e-3, 4, 16, 1)
              .tune(
                  model,
                  rounding,
                  corpus(),
                  new Compute("vector", 2),
                  new TrainingListener() {
                    @Override
                    public void stepDone(long step, double nll, double norm, double rate) {
                      divergences.add(nll);
                    }
                  });
      assertThat(divergences).hasSize(30);
      assertThat(divergences.getFirst()).isCloseTo(before, within(0.5 * before));
      double after = divergence(model, tuned, rounding.tuned());
      // What was written is what was learnt: the last steps had about this divergence.
      assertThat(after).isLessThan(0.7 * before);
      assertThat(after).isCloseTo(divergences.getLast(), within(0.5 * after));
    }
  }

  private double divergence(TextModel model, LanguageModel weights, Rounding rounding)
      throws IOException {
    DecoderModel floats =
        weights instanceof DecoderModel decoder ? decoder : ((MappedModel) weights).floats();
    Path file = folder.resolve("rounded.gguf");
    TextExport.gguf(model, floats, rounding).write(file, 1, bytes -> {});
    try (TextModel rounded = TextModel.open(file)) {
      return rounded.likelihood().divergence(model.network(), corpus());
    }
  }
}
