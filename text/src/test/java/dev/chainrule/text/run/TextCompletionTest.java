package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.data.Markers;
import dev.chainrule.text.gpt.GptConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is missing between two texts, by a model that learnt to fill in and one that did not. */
class TextCompletionTest {
  @TempDir static Path folder;
  private static TextModel filler;
  private static TextModel plain;

  @BeforeAll
  static void models() throws IOException {
    StringBuilder repeated = new StringBuilder();
    // A letter again and again: what comes after says what comes before it.
    for (int i = 0; i < 160; i++) {
      repeated.append("abcdefghijklmnopqrst".substring(i % 20, i % 20 + 1).repeat(3 + i / 20));
      repeated.append('\n');
    }
    Path letters = Files.writeString(folder.resolve("letters.txt"), repeated);
    StringBuilder lines = new StringBuilder();
    // What stands in brackets is known from the letter after them alone.
    for (int i = 0; i < 200; i++) {
      String noise = Integer.toString(i, 4).replace('0', 'p').replace('1', 'q');
      noise = noise.replace('2', 'r').replace('3', 's');
      lines.append("x(1)a").append(noise).append("\nx(2)b").append(noise).append('\n');
    }
    Path data = Files.writeString(folder.resolve("lines.txt"), lines);
    filler = train(letters, 0.9, "filler", 700);
    plain = train(data, 0, "plain", 60);
  }

  private static TextModel train(Path data, double fimRate, String name, int steps)
      throws IOException {
    TextTraining usual = TextTraining.nanoCpu();
    return TextModel.train(
        data.toString(),
        usual
            .withNetwork(
                new TextTraining.Network<>(
                    new GptKind(), vocab -> new GptConfig(vocab, 24, 2, 2, 32, 0, true, true)))
            .withDocuments(Documents.LINES)
            .withFillInTheMiddle(fimRate)
            .withRecipe(usual.recipe().withBatchSize(8).withLearningRate(1e-2))
            .withSteps(steps),
        folder.resolve(name));
  }

  private static TextSample complete(TextModel model, String before, String after, int lines) {
    return new TextCompletion(model, Compute.automatic())
        .complete(new TextCompletion.Request(before, after, 8, lines, 1), SamplingConfig.greedy())
        .getFirst();
  }

  @Test
  void aModelThatFillsInSeesWhatComesAfter() {
    assertThat(new TextCompletion(filler, Compute.automatic()).fillsIn()).isTrue();
    TextSample first = complete(filler, "", "aaaa", 0);
    assertThat(first.text()).startsWith("a");
    assertThat(complete(filler, "", "bbbb", 0).text()).startsWith("b");
    // Where the model ends by itself the mark is drawn, and is no text.
    int end = Markers.of(filler.tokenizer()).end().orElseThrow();
    assertThat(first.ids().indexOf(end)).isIn(-1, first.ids().size() - 1);
    assertThat(first.text()).doesNotContain("\uFDD0");
  }

  @Test
  void anotherModelGoesOnFromWhatComesBefore() {
    assertThat(new TextCompletion(plain, Compute.automatic()).fillsIn()).isFalse();
    assertThat(complete(plain, "x(", ")ap", 0).text())
        .startsWith(complete(plain, "x(", "", 0).text());
    assertThatThrownBy(() -> complete(plain, "", "x", 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no text before the place");
  }

  @Test
  void aSampleEndsWithItsDocument() {
    int end = Markers.of(plain.tokenizer()).end().orElseThrow();
    StringBuilder heard = new StringBuilder();
    TextSample sample = plain.stream("x(1)ap", 200, SamplingConfig.of(3), heard::append);
    assertThat(sample.ids().indexOf(end)).isEqualTo(sample.ids().size() - 1).isLessThan(199);
    assertThat(sample.text()).doesNotContain("\uFDD0").isEqualTo(heard.toString());
  }

  @Test
  void longTextsAreCutToTheContext() {
    assertThat(complete(filler, "p".repeat(100), "q".repeat(100), 0).ids()).isNotEmpty();
    assertThatThrownBy(
            () ->
                new TextCompletion(filler, Compute.automatic())
                    .complete(
                        new TextCompletion.Request("p", "q", 22, 0, 1), SamplingConfig.greedy()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("22 tokens to draw leave none of the model's context of 24");
  }
}
