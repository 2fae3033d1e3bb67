package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.structure.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a continuation must or must not have, and which of several are kept. */
class ControlTest {
  private static final int[] GIVEN = {'a', 'b'};
  private static final SamplingConfig SAMPLING = SamplingConfig.of(4);
  private static final GenerationConfig TEN = GenerationConfig.of(10, 4);

  @TempDir static Path folder;
  private static TextModel model;

  @BeforeAll
  static void open() throws IOException {
    model = ServedModel.in(folder);
  }

  @Test
  void forcedTokensComeInTheirPlacesAndTheModelGoesOnFromThem() {
    TextModel forced = model.withForced(Map.of(0, (int) 'X', 9, (int) '.'));
    List<Integer> ids = forced.samples(GIVEN, 1, SAMPLING, TEN).getFirst().ids();
    assertThat(ids.getFirst()).isEqualTo('X');
    assertThat(ids.getLast()).isEqualTo('.');
    int[] longer = {'a', 'b', 'X'};
    List<Integer> alone = model.samples(longer, 1, SamplingConfig.greedy(), TEN).getFirst().ids();
    List<Integer> greedy = forced.samples(GIVEN, 1, SamplingConfig.greedy(), TEN).getFirst().ids();
    assertThat(greedy.subList(1, 9)).isEqualTo(alone.subList(0, 8));
    assertThatThrownBy(() -> model.withForced(Map.of(0, 256)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("token 256");
    TextModel formed = model.withFormat(Format.regex("[0-9]+")).withForced(Map.of(0, (int) '7'));
    assertThat(formed.samples(GIVEN, 1, SAMPLING, TEN).getFirst().text()).matches("7[0-9]+");
    TextModel against = model.withFormat(Format.regex("[0-9]+")).withForced(Map.of(0, (int) 'x'));
    assertThatThrownBy(() -> against.samples(GIVEN, 1, SAMPLING, TEN))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("forced");
  }

  @Test
  void badWordsAreNotCompleted() {
    List<Integer> plain = model.samples(GIVEN, 1, SamplingConfig.greedy(), TEN).getFirst().ids();
    // Two tokens that would come, and one that would if they did not.
    List<List<Integer>> words = List.of(plain.subList(3, 5), plain.subList(6, 7));
    SamplingConfig held =
        SamplingConfig.greedy().withPenalties(Penalties.none().withBadWords(words));
    List<Integer> ids = model.samples(GIVEN, 1, held, TEN).getFirst().ids();
    assertThat(ids).doesNotContain(plain.get(6)).doesNotContainSequence(plain.subList(3, 5));
    boolean free = !plain.subList(0, 4).contains(plain.get(6));
    if (free) {
      assertThat(ids.subList(0, 4)).isEqualTo(plain.subList(0, 4));
    }
    assertThat(BadWords.of(model.tokenizer(), List.of("ab")))
        .containsExactly(List.of(97, 98), List.of(32, 97, 98));
  }

  @Test
  void alternativesAreTheModelsOwn() {
    SamplingConfig bent = SAMPLING.withTemperature(2).withTopK(100);
    TextSample sample = model.withTop(3).samples(GIVEN, 2, bent, TEN).get(1);
    assertThat(sample).isEqualTo(withTop(model.samples(GIVEN, 2, bent, TEN).get(1), sample.top()));
    assertThat(sample.top()).hasSize(10);
    int[] all = new int[12];
    System.arraycopy(GIVEN, 0, all, 0, 2);
    for (int t = 0; t < 10; t++) {
      all[2 + t] = sample.ids().get(t);
    }
    List<ScoredText.Place> places = model.scored(all, 3).places();
    for (int t = 0; t < 10; t++) {
      List<ScoredText.Candidate> expected = places.get(1 + t).top();
      for (int k = 0; k < 3; k++) {
        assertThat(sample.top().get(t).get(k).logProb())
            .isCloseTo(expected.get(k).logProb(), within(1e-3));
      }
    }
  }

  private static TextSample withTop(TextSample of, List<List<ScoredText.Candidate>> top) {
    return new TextSample(of.text(), of.ids(), of.logProbs(), of.finish(), top);
  }

  @Test
  void whatIsTakenAreTheFirstStreamsThatAre() {
    List<TextSample> all = model.samples(GIVEN, 30, SAMPLING, TEN);
    List<TextSample> even =
        all.stream().filter(one -> one.ids().getFirst() % 2 == 0).limit(4).toList();
    Rejection rejection = new Rejection(one -> one.ids().getFirst() % 2 == 0, 30);
    assertThat(rejection.samples(model, GIVEN, 4, SAMPLING, TEN)).isEqualTo(even);
    assertThat(new Rejection(one -> false, 5).samples(model, GIVEN, 2, SAMPLING, TEN)).isEmpty();
    assertThatThrownBy(() -> new Rejection(one -> true, 2).samples(model, GIVEN, 3, SAMPLING, TEN))
        .isInstanceOf(InputException.class);
  }

  @Test
  void theBestOfSomeAreTheMostProbableByToken() {
    List<TextSample> best = new BestOf(6).samples(model, GIVEN, 2, SAMPLING, TEN);
    assertThat(best)
        .isEqualTo(
            model.samples(GIVEN, 6, SAMPLING, TEN).stream()
                .sorted(Comparator.comparingDouble(TextSample::meanLogProb).reversed())
                .limit(2)
                .toList());
  }

  @Test
  void theMajorityIsTheAnswerOfMost() {
    List<TextSample> samples =
        List.of("x 1", "2", "none", "3", "2", "1", "2").stream()
            .map(text -> new TextSample(text, List.of(), List.of(), Finish.STOP, List.of()))
            .toList();
    Optional<Majority> found =
        Majority.of(
            samples,
            one ->
                one.text()
                    .chars()
                    .filter(Character::isDigit)
                    .mapToObj(Character::toString)
                    .findFirst());
    assertThat(found).contains(new Majority("2", 3, 6));
    assertThat(Majority.of(samples, one -> Optional.empty())).isEmpty();
    assertThat(Majority.of(samples.subList(0, 2), one -> Optional.of(one.text())))
        .contains(new Majority("x 1", 1, 2));
  }
}
