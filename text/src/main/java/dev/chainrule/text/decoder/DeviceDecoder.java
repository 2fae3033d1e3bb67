package dev.chainrule.text.decoder;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.nn.transformer.DeviceStep;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenDecoder;
import dev.chainrule.text.model.TokenSlots;
import java.util.Map;

/** Incremental evaluation of a decoder in a device's memory, with keys and values in float32. */
final class DeviceDecoder extends TokenDecoder {
  private static final int PROMPT_PIECE = 256;

  /**
   * A decoder.
   *
   * @param parameters in the engine's memory, which do not change any more
   * @param streams S, at least 1
   */
  DeviceDecoder(DecoderConfig config, Parameters parameters, int streams, Engine engine) {
    super(
        step(
            config,
            parameters,
            requireStreams(streams),
            config.contextLength(),
            Math.max(streams, PROMPT_PIECE),
            engine),
        config.vocabSize(),
        streams,
        config.contextLength(),
        PROMPT_PIECE);
  }

  /**
   * Sequences that come and go.
   *
   * @param capacity most tokens in a slot
   */
  static SlotDecoder slots(
      DecoderConfig config, Parameters parameters, int slots, int capacity, Engine engine) {
    int rows = Math.max(slots * SlotDecoder.LONG_PIECE, PROMPT_PIECE);
    DeviceStep step = step(config, parameters, requireStreams(slots), capacity, rows, engine);
    return new TokenSlots(step, config.vocabSize(), slots, capacity, PROMPT_PIECE, rows);
  }

  private static DeviceStep step(
      DecoderConfig config,
      Parameters parameters,
      int streams,
      int capacity,
      int rows,
      Engine engine) {
    Map<String, Tensor> weights = parameters.views(parameters.values());
    return DeviceStep.of(CachedDecoder.shape(config, capacity), weights, streams, rows, engine);
  }
}
