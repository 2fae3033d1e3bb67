package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose vocabulary was rounded up from 256 to 512. */
class PaddedVocabularyTest {
  private static final int KNOWN = 256;

  @TempDir Path folder;
  private TextModel model;

  @BeforeEach
  void open() throws IOException {
    DecoderModel network = new DecoderModel(Tiny.architectures(512, 16).get("llama"));
    network.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 16, folder);
    model = TextModel.open(folder);
  }

  @Test
  void onlyTokensThatTheTokenizerHasAreDrawn() {
    List<TextSample> samples =
        model.samples(new int[] {65}, 4, SamplingConfig.of(3), GenerationConfig.of(15, 3));
    for (TextSample sample : samples) {
      assertThat(sample.ids()).allMatch(id -> id < KNOWN);
      // What is drawn has the likelihood that it has when it is scored.
      int[] all =
          IntStream.concat(IntStream.of(65), sample.ids().stream().mapToInt(id -> id)).toArray();
      double score = Arrays.stream(model.scored(all, 1).logProbs()).sum();
      assertThat(sample.logProb()).isCloseTo(score, within(1e-4));
    }
    assertThat(samples.stream().mapToInt(sample -> sample.ids().size()).sum()).isGreaterThan(30);
  }

  @Test
  void alternativesAreKnownAndTheirProbabilitiesAddUp() {
    ScoredText scored = model.scored(new int[] {65, 66}, 512);
    List<ScoredText.Candidate> top = scored.places().getFirst().top();
    double sum =
        top.stream().filter(c -> c.id() < KNOWN).mapToDouble(c -> Math.exp(c.logProb())).sum();
    assertThat(sum).isCloseTo(1, within(1e-6));
    assertThat(top).hasSize(KNOWN);
    assertThatThrownBy(() -> model.scored(new int[] {65, 300}, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("token id 300, expected 0 to 255");
  }
}
