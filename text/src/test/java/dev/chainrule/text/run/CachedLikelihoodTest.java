package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Likelihoods token by token, with the cache that drawing has. */
class CachedLikelihoodTest {
  @TempDir Path folder;
  private TextModel model;
  private Corpus corpus;

  @BeforeEach
  void open() throws IOException {
    DecoderModel network = new DecoderModel(Tiny.architectures(256, 16).get("llama"));
    network.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 16, folder);
    model = TextModel.open(folder);
    Path lines =
        Files.writeString(folder.resolve("lines.txt"), "one fish\ntwo\nred fish, blue\nx\n");
    corpus = Corpus.ofFile(lines, Documents.LINES);
  }

  private void assertClose(TextLikelihood found, TextLikelihood expected, double tolerance) {
    assertThat(found.inWindows(corpus).nll())
        .isCloseTo(expected.inWindows(corpus).nll(), within(tolerance));
    assertThat(found.sliding(corpus, 3).nll())
        .isCloseTo(expected.sliding(corpus, 3).nll(), within(tolerance));
    List<TextScore> scores = expected.documents(corpus, 3);
    List<TextScore> cached = found.documents(corpus, 3);
    assertThat(cached).hasSameSizeAs(scores);
    for (int i = 0; i < scores.size(); i++) {
      assertThat(cached.get(i).nll()).isCloseTo(scores.get(i).nll(), within(tolerance));
      assertThat(cached.get(i).tokens()).isEqualTo(scores.get(i).tokens());
    }
  }

  @Test
  void likelihoodsAreThoseOfWholeSequences() throws IOException {
    TextLikelihood whole = model.likelihood();
    assertClose(model.withCache(CacheFormat.FLOAT32).likelihood(), whole, 1e-5);
    assertClose(model.withCache(CacheFormat.FLOAT16).likelihood(), whole, 1e-3);
    TextLikelihood rounded = model.withCache(CacheFormat.Q8_0).likelihood();
    assertClose(rounded, whole, 1e-2);
    assertThat(rounded.inWindows(corpus).nll()).isNotEqualTo(whole.inWindows(corpus).nll());
  }

  @Test
  void scoresAndSamplesHaveTheCacheToo() {
    int[] ids = {65, 66, 67, 68, 69};
    double[] scores = model.scored(ids, 0).logProbs();
    double[] cached = model.withCache(CacheFormat.FLOAT32).scored(ids, 0).logProbs();
    assertThat(cached).hasSameSizeAs(scores);
    for (int t = 0; t < scores.length; t++) {
      assertThat(cached[t]).isCloseTo(scores[t], within(1e-5));
    }
    List<Integer> drawn = greedy(model);
    assertThat(greedy(model.withCache(CacheFormat.FLOAT32))).isEqualTo(drawn);
    assertThat(greedy(model.withCache(CacheFormat.Q8_0))).hasSameSizeAs(drawn);
  }

  private static List<Integer> greedy(TextModel model) {
    return model
        .samples(new int[] {65}, 1, SamplingConfig.greedy(), GenerationConfig.of(10, 1))
        .getFirst()
        .ids();
  }

  @Test
  void aModelWithoutSuchACacheSaysSo() {
    Gpt gpt = new Gpt(new GptConfig(256, 16, 1, 2, 8, 0, false, true));
    gpt.parameters().allocate(DType.FLOAT32, 1);
    TextLikelihood likelihood =
        new TextLikelihood(
            gpt, new ByteTokenizer(), ChatFormat.PLAIN, 16, Compute.automatic(), CacheFormat.Q8_0);
    assertThatThrownBy(() -> likelihood.inWindows(corpus))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("q8_0, expected float32");
  }
}
