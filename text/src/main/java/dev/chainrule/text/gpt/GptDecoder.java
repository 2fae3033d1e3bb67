package dev.chainrule.text.gpt;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.nn.transformer.DeviceStep;
import dev.chainrule.core.nn.transformer.TokenStep;
import dev.chainrule.core.nn.transformer.TransformerStep;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenDecoder;
import dev.chainrule.text.model.TokenSlots;

/**
 * Incremental evaluation of a {@link Gpt}. Feeding one element of each stream allocates nothing.
 */
final class GptDecoder extends TokenDecoder {
  private static final int PROMPT_PIECE = 64;

  /**
   * A decoder.
   *
   * @param streams S, at least 1
   */
  GptDecoder(Gpt model, Engine engine, int streams) {
    super(
        step(model, engine, requireStreams(streams), Math.max(streams, PROMPT_PIECE), false),
        model.config().vocabSize(),
        streams,
        model.config().contextLength(),
        PROMPT_PIECE);
  }

  /** Sequences that come and go. */
  static SlotDecoder slots(Gpt model, Engine engine, int slots, int capacity) {
    int most = model.config().contextLength();
    if (capacity < 1 || capacity > most) {
      throw new IllegalArgumentException(
          "room for %d tokens, expected from 1 to the context length %d".formatted(capacity, most));
    }
    int rows = Math.max(slots * SlotDecoder.LONG_PIECE, PROMPT_PIECE);
    return new TokenSlots(
        step(model, engine, requireStreams(slots), rows, true),
        model.config().vocabSize(),
        slots,
        capacity,
        PROMPT_PIECE,
        rows);
  }

  private static TokenStep step(Gpt model, Engine engine, int streams, int rows, boolean grows) {
    DType dtype = model.parameters().dtype();
    if (dtype != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "parameters of type %s, expected FLOAT32 for decoding".formatted(dtype));
    }
    Parameters kept = model.parameters().snapshot(engine);
    TransformerStep.Ends ends =
        new TransformerStep.Ends(
            kept.value(model.tokens.table()),
            kept.value(model.positions.table()),
            kept.value(model.head()));
    if (!engine.onHost()) {
      return DeviceStep.of(model.transformer, kept, ends, streams, rows, engine);
    }
    return new TransformerStep(model.transformer, kept, ends, streams, rows, grows, engine);
  }
}
