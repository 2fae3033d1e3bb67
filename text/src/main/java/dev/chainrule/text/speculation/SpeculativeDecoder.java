package dev.chainrule.text.speculation;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.text.model.PromptPieces;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.SlotDecoder.Piece;
import dev.chainrule.text.model.TokenRoom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A decoder that computes conditionals ahead, for what a draft guesses to be drawn. A stream that
 * is fed what was guessed has its conditional already; any other token is a step, in which the
 * guesses after it are fed too. The conditionals are those of the model to the bit, and so is what
 * is drawn.
 */
public final class SpeculativeDecoder implements Decoder {
  private final SlotDecoder model;
  private final TokenRoom room;
  private final List<Stream> streams = new ArrayList<>();
  private final GuessPlan plan;
  private final Trust trust = new Trust();
  private final Tensor conditional;

  /** How often streams went on: each time but the first, an element was drawn before. */
  private long rounds;

  private Acceptance acceptance = new Acceptance(0, 0, 0, 0);

  /** One stream, with what was computed ahead. */
  private static final class Stream {
    final Draft draft;
    final int[] guesses;

    /** Logits after the last token that was fed, and after each guess [., V]. */
    final float[][] rows;

    int[] ids = new int[256];

    /** Tokens that were fed. */
    int position;

    /** How many guesses the model was fed after them, and how many of these have come true. */
    int guessed;

    int accepted;

    /** What the next token will probably be, only to see how good guesses are; -1 for nothing. */
    int looked = -1;

    Stream(Draft draft, int most, int vocabSize) {
      this.draft = draft;
      guesses = new int[most];
      rows = new float[most + 1][vocabSize];
    }

    void append(int token) {
      if (position == ids.length) {
        ids = Arrays.copyOf(ids, Math.multiplyExact(position, 2));
      }
      ids[position++] = token;
      draft.feed(token);
    }

    boolean sameAs(Stream other) {
      return Arrays.equals(ids, 0, position, other.ids, 0, other.position);
    }

    void forget() {
      position = 0;
      guessed = 0;
      accepted = 0;
      looked = -1;
      draft.reset();
    }
  }

  /**
   * A decoder.
   *
   * @param model with a slot for each stream; closed with this
   * @param drafts of each stream's number; closed with this
   * @param bounds of how many tokens are guessed at once
   */
  public SpeculativeDecoder(
      SlotDecoder model, IntFunction<? extends Draft> drafts, GuessBounds bounds) {
    int most = bounds.most();
    this.model = model;
    room = new TokenRoom(model.capacity(), model.vocabSize());
    int rows = Math.min(model.mostRows(), model.slots() * (most + 1));
    plan = new GuessPlan(bounds, rows);
    for (int s = 0; s < model.slots(); s++) {
      streams.add(new Stream(drafts.apply(s), most, model.vocabSize()));
    }
    conditional = Tensor.zeros(DType.FLOAT32, model.slots(), model.vocabSize());
  }

  @Override
  public int streams() {
    return streams.size();
  }

  @Override
  public int position(int stream) {
    return streams.get(stream).position;
  }

  @Override
  public int capacity() {
    return model.capacity();
  }

  @Override
  public void reset(int stream) {
    judge(stream);
    model.truncate(stream, 0);
    streams.get(stream).forget();
  }

  @Override
  public void fork(int from, int to) {
    if (from == to) {
      return;
    }
    Stream source = streams.get(from);
    Stream copy = streams.get(to);
    dropGuesses(from);
    model.fork(from, to);
    copy.forget();
    for (int i = 0; i < source.position; i++) {
      copy.append(source.ids[i]);
    }
    conditional.slice(to, to + 1).copyFrom(conditional.slice(from, from + 1));
  }

  /** Forgets what was computed ahead. */
  private void dropGuesses(int slot) {
    Stream stream = streams.get(slot);
    if (stream.position > 0) {
      model.truncate(slot, stream.position);
    }
    stream.guessed = 0;
    stream.accepted = 0;
  }

  @Override
  public void feedAll(Tensor elements) {
    int count = elements.dim(1);
    check(elements, count);
    if (count == 1) {
      feed(elements.reshape(streams()));
      return;
    }
    rounds++;
    for (int s = 0; s < streams(); s++) {
      Stream stream = streams.get(s);
      judge(s);
      dropGuesses(s);
      boolean fresh = stream.position == 0;
      int[] tokens = new int[count];
      for (int t = 0; t < count; t++) {
        tokens[t] = elements.getInt((long) s * count + t);
        stream.append(tokens[t]);
      }
      if (s > 0 && fresh && stream.sameAs(streams.getFirst())) {
        model.fork(0, s);
        conditional.slice(s, s + 1).copyFrom(conditional.slice(0, 1));
      } else {
        readPrompt(s, tokens);
      }
    }
  }

  private void readPrompt(int slot, int[] tokens) {
    int from = 0;
    for (int length : PromptPieces.of(model.promptPiece()).cut(tokens.length)) {
      int[] piece = Arrays.copyOfRange(tokens, from, from + length);
      from += length;
      model.feed(List.of(new Piece(slot, piece, from == tokens.length ? 1 : 0)));
    }
    conditional.slice(slot, slot + 1).copyFrom(model.logits());
  }

  private void check(Tensor elements, int count) {
    for (Stream stream : streams) {
      room.require(stream.position, count);
    }
    for (long i = 0; i < elements.size(); i++) {
      room.requireToken(elements.getInt(i));
    }
  }

  @Override
  public void feed(Tensor elements) {
    check(elements, 1);
    rounds++;
    List<Integer> behind = new ArrayList<>();
    for (int s = 0; s < streams(); s++) {
      Stream stream = streams.get(s);
      int token = elements.getInt(s);
      if (stream.looked >= 0) {
        trust.judged(1, stream.looked == token ? 1 : 0);
        stream.looked = -1;
      }
      boolean ready = stream.accepted < stream.guessed && stream.guesses[stream.accepted] == token;
      if (ready) {
        stream.append(token);
        stream.accepted++;
        write(s, stream.rows[stream.accepted]);
      } else {
        judge(s);
        dropGuesses(s);
        stream.append(token);
        behind.add(s);
      }
    }
    acceptance = acceptance.plus(new Acceptance(streams(), 0, 0, 0));
    if (!behind.isEmpty()) {
      step(behind);
    }
  }

  /** Whether the guesses of a stream were good, once it drew something else or all of them. */
  private void judge(int slot) {
    Stream stream = streams.get(slot);
    if (stream.guessed > 0) {
      trust.judged(stream.guessed, stream.accepted);
      acceptance = acceptance.plus(new Acceptance(0, 0, 0, stream.accepted));
    }
  }

  /** Steps streams by the token that each was told last, and what their drafts guess after it. */
  private void step(List<Integer> slots) {
    double[] shares = new double[slots.size()];
    Arrays.fill(shares, trust.share());
    int[] room = slots.stream().mapToInt(slot -> capacity() - position(slot)).toArray();
    int[] wanted = plan.next(shares, room, slots.size());
    List<Piece> pieces = new ArrayList<>();
    int rows = 0;
    for (int i = 0; i < wanted.length; i++) {
      Stream stream = streams.get(slots.get(i));
      stream.guessed = wanted[i] > 0 ? guess(stream, wanted[i]) : 0;
      if (wanted[i] == 0 && plan.look() && guess(stream, 1) > 0) {
        stream.looked = stream.guesses[0];
      }
      int[] tokens = new int[stream.guessed + 1];
      tokens[0] = stream.ids[stream.position - 1];
      System.arraycopy(stream.guesses, 0, tokens, 1, stream.guessed);
      pieces.add(new Piece(slots.get(i), tokens, tokens.length));
      rows += tokens.length;
    }
    long begun = System.nanoTime();
    model.feed(pieces);
    plan.stepped(rows, System.nanoTime() - begun);
    acceptance = acceptance.plus(new Acceptance(0, 1, rows - slots.size(), 0));
    int row = 0;
    for (int slot : slots) {
      Stream stream = streams.get(slot);
      for (int i = 0; i <= stream.guessed; i++) {
        float[] to = stream.rows[i];
        model.logits().read((long) row++ * to.length, to, 0, to.length);
      }
      write(slot, stream.rows[0]);
    }
  }

  private int guess(Stream stream, int count) {
    long begun = System.nanoTime();
    int guessed = stream.draft.guess(rounds - 1, stream.guesses, count);
    plan.guessed(guessed, System.nanoTime() - begun);
    return guessed;
  }

  private void write(int slot, float[] logits) {
    conditional.write((long) slot * logits.length, logits, 0, logits.length);
  }

  @Override
  public Tensor conditional() {
    for (Stream stream : streams) {
      if (stream.position == 0) {
        throw new IllegalStateException("no token was fed; the first one must be given");
      }
    }
    return conditional;
  }

  /** What speculation has come to since this was made. */
  public Acceptance acceptance() {
    long open = streams.stream().mapToLong(stream -> stream.accepted).sum();
    return acceptance.plus(new Acceptance(0, 0, 0, open));
  }

  @Override
  public void close() {
    for (Stream stream : streams) {
      stream.draft.close();
    }
    model.close();
  }
}
