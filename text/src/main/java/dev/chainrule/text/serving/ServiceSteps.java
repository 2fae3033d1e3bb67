package dev.chainrule.text.serving;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.text.model.PromptPieces;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.SlotDecoder.Piece;
import dev.chainrule.text.run.Continuation;
import dev.chainrule.text.run.TextBounds;
import dev.chainrule.text.run.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a service: one of prompts being read, then one of all texts under way, in turn. Long
 * pieces of prompts have steps of their own, as {@link SlotDecoder} asks; short ones go with the
 * tokens that were drawn.
 */
final class ServiceSteps {
  private final TextModel model;
  private final SlotDecoder decoder;
  private final ServiceStats stats;
  private final Consumer<Sequence> onEnd;
  private final SlotTable table;
  private final int context;
  private final int promptRows;
  private final PromptPieces promptPieces;
  private final float[] row;

  /** Null where nothing is guessed. */
  private final @Nullable Guessing guessing;

  private boolean readLast;

  ServiceSteps(
      TextModel model,
      SlotDecoder decoder,
      ServiceConfig config,
      ServiceStats stats,
      @Nullable Guessing guessing,
      Consumer<Sequence> onEnd) {
    this.model = model;
    this.guessing = guessing;
    this.decoder = decoder;
    this.stats = stats;
    this.onEnd = onEnd;
    table = new SlotTable(decoder, config);
    context = config.context();
    promptRows = Math.min(config.promptTokens(), decoder.mostRows());
    promptPieces = PromptPieces.of(Math.min(promptRows, decoder.promptPiece()));
    row = new float[decoder.vocabSize()];
  }

  int running() {
    return table.running();
  }

  /** Gives a text that waits a slot, unless there is none, or it does better to wait. */
  boolean admit(Sequence sequence) {
    if (!table.hasRoom() || table.shouldWait(sequence)) {
      return false;
    }
    table.take(sequence);
    stats.reusedTokens.add(sequence.reused);
    return true;
  }

  /** Begins a text that has a slot. */
  void begin(Sequence sequence) {
    TextRequest request = sequence.ticket.request;
    try {
      sequence.begin(
          model.continuation(
              request.given(),
              request.sampling(),
              sequence.choice,
              new TextBounds(request.stops(), request.structure(), Map.of())));
      if (guessing != null) {
        guessing.begin(sequence);
      }
    } catch (RuntimeException e) {
      end(sequence, Ending.FAILED, String.valueOf(e.getMessage()));
    }
    observe();
  }

  /** Computes once, if there is something to compute. */
  void step() {
    dropRunning();
    List<Sequence> reading = new ArrayList<>();
    List<Sequence> others = new ArrayList<>();
    for (Sequence sequence : table.users()) {
      boolean isLong = PromptPieces.isLong(sequence.unread(decoder.position(sequence.slot)));
      (isLong ? reading : others).add(sequence);
    }
    if (reading.isEmpty() && others.isEmpty()) {
      observe();
      return;
    }
    readLast = !reading.isEmpty() && (others.isEmpty() || !readLast);
    stats.steps.increment();
    try {
      if (readLast) {
        read(reading);
      } else {
        draw(others);
      }
    } catch (RuntimeException | Error e) {
      failAll(e);
    }
    observe();
  }

  private void dropRunning() {
    long now = System.nanoTime();
    for (Sequence sequence : table.users()) {
      if (sequence.ticket.isCancelled()) {
        end(sequence, Ending.CANCELLED, "");
      } else if (sequence.ticket.isLate(now)) {
        end(sequence, Ending.TIMED_OUT, "");
      }
    }
  }

  /** Reads a piece of as many prompts as fit a step; the others come first next time. */
  private void read(List<Sequence> reading) {
    reading.sort(Comparator.comparingLong(sequence -> sequence.lastPiece));
    List<Piece> pieces = new ArrayList<>();
    int room = promptRows;
    for (Sequence sequence : reading) {
      int position = decoder.position(sequence.slot);
      int length = promptPieces.next(sequence.unread(position));
      if (length <= room) {
        pieces.add(new Piece(sequence.slot, sequence.tokens(position, position + length), 0));
        room -= length;
        stats.promptTokens.add(length);
        sequence.lastPiece = stats.steps.sum();
      }
    }
    decoder.feed(pieces);
  }

  /**
   * Feeds all others what they have to read, with guesses of what follows where that is all, and
   * draws from there.
   */
  private void draw(List<Sequence> others) {
    List<Piece> pieces = new ArrayList<>();
    List<Sequence> drawing = new ArrayList<>();
    List<int[]> unread = new ArrayList<>();
    int rows = 0;
    int left = others.size();
    for (Sequence sequence : others) {
      int position = decoder.position(sequence.slot);
      int most = Math.min(SlotDecoder.LONG_PIECE - 1, decoder.mostRows() - rows - (left - 1));
      int length = Math.min(most, sequence.length() - position);
      int[] tokens = sequence.tokens(position, position + length);
      if (position + length == sequence.length()) {
        drawing.add(sequence);
        unread.add(tokens);
      } else {
        pieces.add(new Piece(sequence.slot, tokens, 0));
      }
      stats.promptTokens.add(Math.max(0, Math.min(length, sequence.given() - position)));
      rows += length;
      left--;
    }
    int[][] guesses = guess(drawing, unread, rows);
    int guessed = 0;
    for (int i = 0; i < guesses.length; i++) {
      int[] tokens = Arrays.copyOf(unread.get(i), unread.get(i).length + guesses[i].length);
      System.arraycopy(guesses[i], 0, tokens, unread.get(i).length, guesses[i].length);
      pieces.add(new Piece(drawing.get(i).slot, tokens, guesses[i].length + 1));
      guessed += guesses[i].length;
    }
    long begun = System.nanoTime();
    decoder.feed(pieces);
    if (guessing != null) {
      guessing.stepped(rows + guessed, System.nanoTime() - begun);
    }
    int row = 0;
    for (int i = 0; i < guesses.length; i++) {
      draw(drawing.get(i), row, guesses[i]);
      row += guesses[i].length + 1;
    }
  }

  /** What comes after texts of which so many tokens are fed; together they are short pieces. */
  private int[][] guess(List<Sequence> drawing, List<int[]> unread, int rows) {
    if (guessing == null) {
      return new int[drawing.size()][0];
    }
    int[] room = new int[drawing.size()];
    for (int i = 0; i < room.length; i++) {
      Sequence sequence = drawing.get(i);
      int inPiece = SlotDecoder.LONG_PIECE - 1 - unread.get(i).length;
      int wanted = sequence.ticket.request.maxNewTokens() - sequence.drawn() - 1;
      int inSlot = decoder.capacity() - sequence.length();
      room[i] = Math.max(0, Math.min(inPiece, Math.min(wanted, inSlot)));
    }
    return guessing.guess(drawing, room, rows, decoder.mostRows());
  }

  /**
   * Draws the next token of a text, and those after it for as long as the guesses were right.
   *
   * @param first row of its logits
   * @param guesses that were fed after its tokens
   */
  private void draw(Sequence sequence, int first, int[] guesses) {
    int right = 0;
    boolean came = true;
    Ending how = null;
    String message = "";
    for (int i = 0; how == null && came; i++) {
      decoder.logits().read((long) (first + i) * row.length, row, 0, row.length);
      try {
        Continuation.Token token = sequence.continuation().draw(row, sequence.ticket.request.top());
        came = i < guesses.length && token.id() == guesses[i];
        right += came ? 1 : 0;
        how = drawn(sequence, token);
      } catch (RuntimeException e) {
        how = Ending.FAILED;
        message = String.valueOf(e.getMessage());
      }
    }
    // What was fed beyond what was drawn; of that the last token is fed with the next ones.
    int fed = how == Ending.FAILED ? sequence.length() : sequence.length() - 1;
    if (decoder.position(sequence.slot) > fed) {
      decoder.truncate(sequence.slot, fed);
    }
    if (guessing != null) {
      guessing.judged(sequence, guesses.length, right);
      sequence.guessed += guesses.length;
      sequence.accepted += right;
      stats.guessedTokens.add(guesses.length);
      stats.acceptedTokens.add(right);
    }
    if (how != null) {
      end(sequence, how, message);
    }
  }

  /** Takes a token; says how the text has ended with it, null if it has not. */
  private @Nullable Ending drawn(Sequence sequence, Continuation.Token token) {
    time(sequence);
    sequence.append(token.id());
    stats.drawnTokens.increment();
    if (guessing != null) {
      guessing.drawn(sequence, token.id());
    }
    tell(sequence, new TextEvent.Drawn(sequence.choice, token));
    if (token.last()) {
      return Ending.STOP;
    }
    boolean full =
        sequence.drawn() == sequence.ticket.request.maxNewTokens() || sequence.length() > context;
    return full ? Ending.LENGTH : null;
  }

  private void time(Sequence sequence) {
    long now = System.nanoTime();
    if (sequence.drawn() == 0) {
      stats.firstToken.add((now - sequence.ticket.submitted) * 1e-9);
    } else {
      stats.nextToken.add((now - sequence.lastToken) * 1e-9);
    }
    sequence.lastToken = now;
  }

  /** After a step that failed nothing is known of what the slots hold. */
  private void failAll(Throwable e) {
    for (Sequence sequence : table.users()) {
      end(sequence, Ending.FAILED, String.valueOf(e.getMessage()));
    }
    table.forgetAll();
    if (e instanceof Error error) {
      throw error;
    }
  }

  void endAll(Ending how) {
    for (Sequence sequence : table.users()) {
      end(sequence, how, "");
    }
  }

  void end(Sequence sequence, Ending how, String message) {
    int reused = sequence.reused;
    if (sequence.slot != Sequence.NO_SLOT) {
      if (guessing != null) {
        guessing.end(sequence.slot);
      }
      table.release(sequence);
    }
    stats.counter(how).increment();
    String rest = how.isWhole() ? sequence.rest() : "";
    onEnd.accept(sequence);
    tell(
        sequence,
        new TextEvent.Ended(
            sequence.choice, how, rest, reused, sequence.guessed, sequence.accepted, message));
  }

  /** A listener that fails has no more to hear. */
  private static void tell(Sequence sequence, TextEvent event) {
    try {
      sequence.ticket.listener.accept(event);
    } catch (RuntimeException e) {
      sequence.ticket.cancel();
    }
  }

  /** Writes all texts that have ended and are kept. */
  void save(Path file, byte[] model) throws IOException {
    List<Integer> slots = table.written();
    Tensor held = Tensor.zeros(DType.FLOAT32, Math.max(1, decoder.stateSize()));
    new KeptTexts(model, decoder.stateSize(), decoder.vocabSize())
        .write(
            file,
            slots.stream().map(table::kept).toList(),
            (text, position, state) -> {
              decoder.read(slots.get(text), position, held);
              held.read(0, state, 0, state.length);
            });
  }

  /**
   * Takes up what was saved, as much as may be kept.
   *
   * @return how many texts are kept now
   */
  int load(Path file, byte[] model) throws IOException {
    Loading loading = new Loading();
    try {
      new KeptTexts(model, decoder.stateSize(), decoder.vocabSize()).read(file, loading);
    } catch (IOException | RuntimeException e) {
      loading.end();
      table.forgetAll();
      throw e;
    }
    loading.end();
    observe();
    return table.keptTexts();
  }

  private final class Loading implements KeptTexts.Taker {
    private final Tensor held = Tensor.zeros(DType.FLOAT32, Math.max(1, decoder.stateSize()));
    private int slot = Sequence.NO_SLOT;
    private int[] tokens = new int[0];
    private int length;

    @Override
    public void begin(int count) {
      end();
      tokens = new int[Math.min(count, context)];
      length = 0;
      slot = table.empty();
    }

    /** Of a text longer than fits, the beginning. */
    @Override
    public void token(int id, float[] state) {
      if (length < tokens.length) {
        held.write(0, state, 0, state.length);
        decoder.append(slot, id, held);
        tokens[length++] = id;
      }
    }

    void end() {
      if (slot != Sequence.NO_SLOT) {
        table.adopt(slot, Arrays.copyOf(tokens, length));
        slot = Sequence.NO_SLOT;
      }
    }
  }

  private void observe() {
    stats.running = table.running();
    stats.keptTexts = table.keptTexts();
    stats.keptTokens = table.keptTokens();
    stats.keptBytes = table.keptBytes();
  }
}
