package dev.chainrule.text.gpt;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.nn.transformer.TransformerStep;
import dev.chainrule.text.model.TokenDecoder;

/**
 * Incremental evaluation of a {@link Gpt}. Feeding one element of each stream allocates nothing.
 */
final class GptDecoder extends TokenDecoder {
  private static final int PREFILL_ROWS = 64;

  /**
   * A decoder.
   *
   * @param streams S, at least 1
   */
  GptDecoder(Gpt model, Engine engine, int streams) {
    super(
        step(model, engine, requireStreams(streams)),
        model.config().vocabSize(),
        streams,
        model.config().contextLength(),
        PREFILL_ROWS);
  }

  private static TransformerStep step(Gpt model, Engine engine, int streams) {
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
    int rows = Math.max(streams, PREFILL_ROWS);
    return new TransformerStep(model.transformer, kept, ends, streams, rows, engine);
  }
}
