package dev.chainrule.text.serving;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.speculation.Draft;
import dev.chainrule.text.speculation.GuessPlan;
import dev.chainrule.text.speculation.Trust;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Guesses what texts under way go on with, each by a draft of its own, as many as pay beside all
 * that the step has to compute in any case.
 */
final class Guessing implements AutoCloseable {
  private static final int[] NONE = {};

  private final Speculation.Streams drafts;
  private final GuessPlan plan;
  private final @Nullable Text[] texts;

  /** What is guessed of a text. */
  private static final class Text {
    final Draft draft;
    final Trust trust = new Trust();

    /** What its next token will probably be, only to see how good guesses are; -1 for nothing. */
    int looked = -1;

    long lastLook;

    Text(Draft draft) {
      this.draft = draft;
    }
  }

  Guessing(Speculation speculation, TextModel model, Engine engine, SlotDecoder decoder) {
    drafts = speculation.drafts().of(model, engine, decoder.slots());
    plan = new GuessPlan(speculation.bounds(), decoder.mostRows());
    texts = new Text[decoder.slots()];
  }

  /** A text has begun in its slot. */
  void begin(Sequence sequence) {
    TextRequest request = sequence.ticket.request;
    CounterRandom random = CounterRandom.of(request.sampling().seed(), sequence.choice);
    Draft draft = drafts.open(sequence.slot, request.sampling(), random);
    for (int token : sequence.tokens(0, sequence.length())) {
      draft.feed(token);
    }
    texts[sequence.slot] = new Text(draft);
  }

  /** A text leaves its slot. */
  void end(int slot) {
    Text text = texts[slot];
    if (text != null) {
      text.draft.close();
      texts[slot] = null;
    }
  }

  private Text of(Sequence sequence) {
    Text text = texts[sequence.slot];
    if (text == null) {
      throw new IllegalStateException(
          "guesses of slot %d, which has no text".formatted(sequence.slot));
    }
    return text;
  }

  /**
   * Guesses what comes after all tokens of some texts.
   *
   * @param room tokens that may be guessed of each
   * @param rows of the step without guesses
   * @param most rows of it
   */
  int[][] guess(List<Sequence> sequences, int[] room, int rows, int most) {
    double[] shares =
        sequences.stream().mapToDouble(sequence -> of(sequence).trust.share()).toArray();
    int[] depths = plan.next(shares, room, rows);
    int[][] guesses = new int[depths.length][];
    int left = most - rows;
    int looker = -1;
    for (int i = 0; i < depths.length; i++) {
      Sequence sequence = sequences.get(i);
      guesses[i] = guess(sequence, Math.min(depths[i], left));
      left -= guesses[i].length;
      boolean mayLook = depths[i] == 0 && room[i] > 0;
      if (mayLook && (looker < 0 || of(sequence).lastLook < of(sequences.get(looker)).lastLook)) {
        looker = i;
      }
    }
    if (looker >= 0 && plan.look()) {
      look(sequences.get(looker));
    }
    return guesses;
  }

  private void look(Sequence sequence) {
    Text text = of(sequence);
    int[] next = guess(sequence, 1);
    text.lastLook = System.nanoTime();
    text.looked = next.length == 0 ? -1 : next[0];
  }

  private int[] guess(Sequence sequence, int count) {
    if (count <= 0) {
      return NONE;
    }
    int[] into = new int[count];
    long begun = System.nanoTime();
    int guessed = of(sequence).draft.guess(sequence.drawn(), into, count);
    plan.guessed(guessed, System.nanoTime() - begun);
    return Arrays.copyOf(into, guessed);
  }

  /** A step took so long. */
  void stepped(int rows, long nanos) {
    plan.stepped(rows, nanos);
  }

  /** A token of a text was drawn. */
  void drawn(Sequence sequence, int token) {
    Text text = of(sequence);
    text.draft.feed(token);
    if (text.looked >= 0) {
      text.trust.judged(1, text.looked == token ? 1 : 0);
      text.looked = -1;
    }
  }

  /** Of the tokens guessed of a text so many were drawn. */
  void judged(Sequence sequence, int guessed, int accepted) {
    if (guessed > 0) {
      of(sequence).trust.judged(guessed, accepted);
    }
  }

  @Override
  public void close() {
    for (int slot = 0; slot < texts.length; slot++) {
      end(slot);
    }
    drafts.close();
  }
}
