package dev.chainrule.text.speculation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** How many tokens are guessed, by steps that take what a test says. */
class GuessPlanTest {
  private static final int ROWS = 64;
  private static final int[] ROOM = {14, 14, 14};

  /** What a plan has come to after many steps of three streams. */
  private static int[] after(GuessBounds bounds, double[] shares, IntToLongFunction nanos) {
    GuessPlan plan = new GuessPlan(bounds, ROWS);
    int[] last = new int[3];
    for (int step = 0; step < 500; step++) {
      int[] depths = plan.next(shares, ROOM, 3);
      int guesses = Arrays.stream(depths).sum();
      plan.stepped(3 + guesses, nanos.applyAsLong(3 + guesses));
      plan.guessed(Math.max(1, guesses), 10);
      last = guesses > 0 ? depths : last;
    }
    return last;
  }

  @Test
  void theFirstStepShowsWhatOneWithoutGuessesTakes() {
    GuessPlan plan = new GuessPlan(GuessBounds.USUAL, ROWS);
    double[] sure = {0.9, 0.9, 0.9};
    assertThat(plan.next(sure, ROOM, 3)).containsOnly(0);
    plan.stepped(3, 1_000_000);
    assertThat(Arrays.stream(plan.next(sure, ROOM, 3)).sum()).isPositive();
  }

  @Test
  void whereRowsCostNothingAllIsGuessedThatMayBeRight() {
    assertThat(after(GuessBounds.USUAL, new double[] {0.9, 0.9, 0.9}, rows -> 1_000_000))
        .containsOnly(14);
  }

  @Test
  void whereEachRowCostsAStepNothingIsGuessed() {
    GuessPlan plan = new GuessPlan(GuessBounds.USUAL, ROWS);
    double[] shares = {0.5, 0.5, 0.5};
    int guessed = 0;
    for (int step = 0; step < 500; step++) {
      int guesses = Arrays.stream(plan.next(shares, ROOM, 3)).sum();
      plan.stepped(3 + guesses, 1_000_000L * (3 + guesses));
      guessed += guesses;
    }
    // Some to find out.
    assertThat(guessed).isLessThan(50);
  }

  /** As those do that wait for the compiler. */
  @Test
  void stepsThatTookLongAtFirstAreTriedAgain() {
    GuessPlan plan = new GuessPlan(GuessBounds.USUAL, ROWS);
    double[] shares = {0.9};
    int[] tried = new int[ROWS];
    int guessed = 0;
    for (int step = 0; step < 100; step++) {
      int guesses = plan.next(shares, new int[] {14}, 1)[0];
      plan.stepped(1 + guesses, tried[guesses]++ == 0 ? 20_000_000 : 1_000_000);
      guessed += guesses;
    }
    assertThat(guessed).isGreaterThan(300);
  }

  @Test
  void aStreamWhoseGuessesFailHasFewerThanOthers() {
    int[] depths =
        after(GuessBounds.USUAL, new double[] {0.95, 0.05, 0.6}, rows -> 1_000_000 + 50_000 * rows);
    assertThat(depths[1]).isZero();
    assertThat(depths[2]).isBetween(1, depths[0] - 1);
  }

  @Test
  void boundsAndRoomHold() {
    int[] depths = after(new GuessBounds(2, 5), new double[] {0.99, 0.01, 0.5}, rows -> 1_000);
    assertThat(depths).contains(5);
    assertThat(Arrays.stream(depths)).allMatch(depth -> depth >= 2 && depth <= 5);
    GuessPlan narrow = new GuessPlan(new GuessBounds(4, 14), 6);
    assertThat(Arrays.stream(narrow.next(new double[] {0.9, 0.9, 0.9}, ROOM, 3)).sum())
        .isEqualTo(3);
    GuessPlan full = new GuessPlan(new GuessBounds(4, 14), ROWS);
    assertThat(full.next(new double[] {0.9, 0.9, 0.9}, new int[] {1, 0, 2}, 3))
        .containsExactly(1, 0, 2);
  }

  @Test
  void trustFollowsWhatCameTrueOfLate() {
    Trust trust = new Trust();
    assertThat(trust.share()).isEqualTo(0.5);
    for (int i = 0; i < 50; i++) {
      trust.judged(4, 4);
    }
    assertThat(trust.share()).isGreaterThan(0.95);
    for (int i = 0; i < 100; i++) {
      trust.judged(4, 0);
    }
    assertThat(trust.share()).isLessThan(0.1);
  }
}
