package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Document;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Likelihoods beyond the context, held against one token after the other. */
class TextLikelihoodTest {
  private static final int CONTEXT = 12;
  private static final String TEXT = "To be, or not to be: that is the question, naïve 😀.\n";
  private static Gpt model;
  private static TextLikelihood likelihood;

  @BeforeAll
  static void aModel() {
    model = new Gpt(new GptConfig(256, CONTEXT, 2, 2, 16, 0, true, false));
    model.parameters().allocate(DType.FLOAT32, 3);
    // Wide enough that contexts matter.
    Tensor values = model.parameters().values();
    for (long i = 0; i < values.size(); i++) {
      values.set(i, 8 * values.get(i));
    }
    likelihood =
        new TextLikelihood(model, new ByteTokenizer(), ChatFormat.PLAIN, Compute.automatic());
  }

  /** Nats of the last of some tokens. */
  private static double last(Engine engine, int... ids) {
    Tape tape = Tape.evaluation(engine, model.parameters());
    tape.begin();
    double[] nll =
        model.nll(tape, new TokenBatch(Tensor.of(ids, 1, ids.length))).value().toDoubles();
    return nll[nll.length - 1];
  }

  private static int[] bytes(String text, boolean ended) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int more = ended ? 1 : 0;
    int[] ids = new int[bytes.length + 2 * more];
    for (int i = 0; i < bytes.length; i++) {
      ids[i + more] = Byte.toUnsignedInt(bytes[i]);
    }
    if (ended) {
      ids[0] = 0xFF;
      ids[ids.length - 1] = 0xFF;
    }
    return ids;
  }

  /** What a window of this stride must give, token by token. */
  private static double expected(int[] ids, int stride) {
    double nats = 0;
    try (Engine engine = Compute.automatic().open()) {
      for (int t = 1; t < ids.length; t++) {
        int window = t <= CONTEXT ? 0 : Math.ceilDiv(t - CONTEXT, stride);
        int start = Math.min(window * stride, Math.max(0, ids.length - 1 - CONTEXT));
        nats += last(engine, Arrays.copyOfRange(ids, start, t + 1));
      }
    }
    return nats;
  }

  @Test
  void aSlidingWindowAgreesWithOneTokenAfterTheOther() {
    int[] ids = bytes(TEXT, false);
    for (int stride : new int[] {1, 5, CONTEXT}) {
      TextScore score = likelihood.sliding(Corpus.of("x", TEXT), stride);
      assertThat(score.tokens()).isEqualTo(ids.length - 1);
      assertThat(score.nats()).isCloseTo(expected(ids, stride), within(1e-3));
      assertThat(score.bytes()).isEqualTo(ids.length - 1);
      assertThat(score.bitsPerByte()).isCloseTo(score.nll() / Math.log(2), within(1e-12));
      assertThat(score.perplexity()).isEqualTo(Math.exp(score.nll()));
    }
    assertThat(likelihood.sliding(Corpus.of("x", TEXT), 1).nats())
        .isNotCloseTo(likelihood.sliding(Corpus.of("x", TEXT), CONTEXT).nats(), within(1e-2));
  }

  @Test
  void documentsAreScoredByThemselves() {
    List<String> texts = List.of(TEXT, "a", TEXT.repeat(3), "end");
    Corpus corpus =
        new Corpus(
            "x",
            Documents.LINES,
            texts.stream().<Document>map(text -> new Document.Text(text, text)).toList(),
            List.of(),
            List.of());
    List<TextScore> scores = likelihood.documents(corpus, 4);
    assertThat(scores).hasSize(4);
    for (int i = 0; i < 4; i++) {
      int[] ids = bytes(texts.get(i), true);
      assertThat(scores.get(i).origin()).isEqualTo(texts.get(i));
      assertThat(scores.get(i).tokens()).isEqualTo(ids.length - 1);
      assertThat(scores.get(i).bytes()).isEqualTo(ids.length - 2);
      assertThat(scores.get(i).nats()).isCloseTo(expected(ids, 4), within(2e-3));
    }
  }

  @Test
  void onlyAnswersCount() {
    Corpus corpus =
        new Corpus(
            "x",
            Documents.JSONL,
            List.of(new Document.Answered("q", "2+2=", "four")),
            List.of(),
            List.of());
    TextScore score = likelihood.documents(corpus, 1).getFirst();
    assertThat(score.tokens()).isEqualTo(5);
    assertThat(score.bytes()).isEqualTo(4);
    int[] ids = bytes("2+2=four", true);
    double nats = 0;
    try (Engine engine = Compute.automatic().open()) {
      for (int t = 5; t < ids.length; t++) {
        nats += last(engine, Arrays.copyOf(ids, t + 1));
      }
    }
    assertThat(score.nats()).isCloseTo(nats, within(1e-3));
    assertThat(likelihood.inWindows(corpus).nats()).isCloseTo(nats, within(1e-3));
  }
}
