package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.testkit.FarEngine;
import dev.chainrule.text.adapter.AdaptedModel;
import dev.chainrule.text.adapter.LowRank;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Long texts and large vocabularies take memory for a piece of the logits and one layer. */
class LongTextsTest {
  private static int[] ids(int count, int vocabSize) {
    int[] ids = new int[count];
    for (int t = 0; t < count; t++) {
      ids[t] = (int) (t * 7919L % vocabSize);
    }
    return ids;
  }

  private static LanguageModel allocated(LanguageModel model) {
    model.parameters().allocate(DType.FLOAT32, 5);
    return model;
  }

  /** Bytes that the logits of a text take, all of them by pieces. */
  private static long bytes(LanguageModel model, int[] ids) {
    FarEngine engine = new FarEngine();
    Parameters weights = model.parameters().snapshot(engine);
    long before = engine.allocatedBytes();
    Tape tape = Tape.evaluation(engine, weights);
    tape.begin();
    long[] rows = {0};
    model
        .readout(tape, Tensor.of(ids, 1, ids.length))
        .pieces(
            Tape.evaluation(engine, weights),
            (first, logits) -> {
              assertThat(first).isEqualTo((int) rows[0]);
              rows[0] += logits.dim(0);
            });
    assertThat(rows[0]).isEqualTo(ids.length);
    return engine.allocatedBytes() - before;
  }

  @Test
  void logitsArePiecesOf64MiB() {
    int vocabSize = 50_000;
    LanguageModel gpt = allocated(new Gpt(new GptConfig(vocabSize, 512, 1, 1, 4, 0, false, true)));
    int[] ids = ids(500, vocabSize);
    long all = 4L * ids.length * vocabSize;
    assertThat(bytes(gpt, ids)).isBetween(4L << 23, (4L << 24) + (1 << 20)).isLessThan(all);
  }

  @Test
  void layersTakeTheRoomOfOne() {
    int[] ids = ids(16, 20);
    DecoderConfig tiny = Tiny.architectures(20, 16).get("gemma3");
    for (boolean adapted : new boolean[] {false, true}) {
      long few = bytes(network(layers(tiny, 2), adapted), ids);
      assertThat(bytes(network(layers(tiny, 12), adapted), ids)).isEqualTo(few);
      long gpt = bytes(allocated(new Gpt(new GptConfig(20, 16, 2, 2, 8, 0, true, true))), ids);
      assertThat(bytes(allocated(new Gpt(new GptConfig(20, 16, 9, 2, 8, 0, true, true))), ids))
          .isEqualTo(gpt);
    }
  }

  private static DecoderConfig layers(DecoderConfig c, int count) {
    return new DecoderConfig(
        c.vocabSize(),
        c.contextLength(),
        count,
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
        c.windows(),
        c.attentionScale(),
        c.attentionSoftcap(),
        c.logitSoftcap(),
        c.embeddingScale(),
        c.tiedEmbeddings(),
        c.dropout());
  }

  private static LanguageModel network(DecoderConfig config, boolean adapted) {
    LanguageModel model = allocated(new DecoderModel(config));
    return adapted
        ? allocated(new AdaptedModel(model, new LowRank(2, 4, List.of("q", "down", "embed"))))
        : model;
  }

  @Test
  void piecesHaveTheLikelihoodsOfTheWhole() {
    int vocabSize = 40_000;
    LanguageModel gpt = allocated(new Gpt(new GptConfig(vocabSize, 500, 2, 2, 8, 0, true, false)));
    int[] ids = ids(501, vocabSize);
    double[] scores =
        new TokenScores(gpt, vocabSize, Compute.automatic(), null).scored(ids, 1).logProbs();
    double sum = 0;
    for (double score : scores) {
      sum -= score;
    }
    try (Engine engine = Compute.automatic().open()) {
      Tape tape = Tape.evaluation(engine, gpt.parameters());
      tape.begin();
      double nll = 0;
      for (double each :
          gpt.nll(tape, new TokenBatch(Tensor.of(ids, 1, ids.length))).value().toDoubles()) {
        nll += each;
      }
      assertThat(sum).isCloseTo(nll, within(1e-3));
    }
  }
}
