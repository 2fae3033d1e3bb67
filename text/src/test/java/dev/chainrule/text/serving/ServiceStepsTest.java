package dev.chainrule.text.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.model.PromptPieces;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.run.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which steps are made, of a decoder that remembers what it was fed and computes nothing. */
class ServiceStepsTest {
  private static final int SLOTS = 6;
  private static final int CONTEXT = 1000;
  private static final int ROWS = 150;

  @TempDir Path folder;
  private final List<List<SlotDecoder.Piece>> fed = new ArrayList<>();

  private final class Recorder implements SlotDecoder {
    private final int[] positions = new int[SLOTS];

    @Override
    public int slots() {
      return SLOTS;
    }

    @Override
    public int vocabSize() {
      return 256;
    }

    @Override
    public int capacity() {
      return CONTEXT;
    }

    @Override
    public int mostRows() {
      return ROWS;
    }

    @Override
    public int promptPiece() {
      return ROWS;
    }

    @Override
    public int position(int slot) {
      return positions[slot];
    }

    @Override
    public int earliest(int slot) {
      return Math.min(1, positions[slot]);
    }

    @Override
    public void truncate(int slot, int position) {
      positions[slot] = position;
    }

    @Override
    public int stateSize() {
      return 0;
    }

    @Override
    public long tokenBytes() {
      return 10;
    }

    @Override
    public void read(int slot, int position, Tensor to) {}

    @Override
    public void append(int slot, int token, Tensor state) {
      positions[slot]++;
    }

    @Override
    public void fork(int from, int to) {
      positions[to] = positions[from];
    }

    @Override
    public void feed(List<Piece> pieces) {
      fed.add(List.copyOf(pieces));
      pieces.forEach(piece -> positions[piece.slot()] += piece.tokens().length);
    }

    @Override
    public Tensor logits() {
      return Tensor.zeros(DType.FLOAT32, SLOTS, 256);
    }
  }

  @Test
  void longPiecesAreAloneAndTextsUnderWayWaitForOneStepAtMost() throws IOException {
    for (int seed = 1; seed <= 10; seed++) {
      fed.clear();
      CounterRandom random = CounterRandom.of(seed);
      ServiceConfig config = new ServiceConfig(SLOTS, 100, CONTEXT, ROWS, 0, 0);
      List<Sequence> ended = new ArrayList<>();
      try (TextModel model = ServedModel.in(folder.resolve("model" + seed))) {
        ServiceSteps steps =
            new ServiceSteps(model, new Recorder(), config, new ServiceStats(), null, ended::add);
        List<Sequence> waiting = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
          int[] prompt = random.ints(2 + random.nextInt(300), 0, 256).toArray();
          TextRequest request =
              TextRequest.of(prompt, 1 + random.nextInt(20), SamplingConfig.of(i));
          waiting.add(new Sequence(new Ticket(request, event -> {}, () -> {}), 0));
        }
        while (ended.size() < 15) {
          waiting.removeIf(
              sequence -> {
                boolean admitted = steps.admit(sequence);
                if (admitted) {
                  steps.begin(sequence);
                }
                return admitted;
              });
          steps.step();
        }
      }
      assertStepsAreFair(seed);
    }
  }

  private void assertStepsAreFair(int seed) {
    int[] drewIn = new int[SLOTS];
    Arrays.fill(drewIn, -1);
    for (int step = 0; step < fed.size(); step++) {
      List<SlotDecoder.Piece> pieces = fed.get(step);
      int rows = pieces.stream().mapToInt(piece -> piece.tokens().length).sum();
      long longer =
          pieces.stream().filter(p -> p.tokens().length >= SlotDecoder.LONG_PIECE).count();
      assertThat(rows).as("seed %d", seed).isBetween(1, ROWS);
      assertThat(longer).as("seed %d", seed).isIn(0L, (long) pieces.size());
      for (SlotDecoder.Piece piece : pieces) {
        boolean goesOn = piece.tokens().length == 1 && drewIn[piece.slot()] >= 0;
        if (goesOn) {
          assertThat(step - drewIn[piece.slot()]).as("seed %d", seed).isBetween(1, 2);
        }
        drewIn[piece.slot()] = piece.wanted() == 1 ? step : -1;
      }
    }
  }

  @Test
  void piecesLeaveNoneOrLongOnes() {
    for (int promptTokens : new int[] {31, 64, 100, ROWS, 1000}) {
      PromptPieces pieces = PromptPieces.of(Math.min(promptTokens, ROWS));
      assertThat(pieces.most()).isLessThanOrEqualTo(Math.min(promptTokens, ROWS));
      for (int unread = SlotDecoder.LONG_PIECE; unread < 600; unread++) {
        int taken = pieces.next(unread);
        assertThat(taken).isBetween(SlotDecoder.LONG_PIECE, pieces.most());
        assertThat(PromptPieces.isLong(unread - taken) || unread == taken).isTrue();
      }
    }
  }
}
