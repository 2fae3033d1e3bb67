package dev.chainrule.text.architecture;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.text.decoder.CachedDecoder;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.Readout;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.TokenBatch;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights stay in the file that another program wrote: what is drawn is computed from
 * its blocks as they lie there. Who evaluates whole sequences or trains needs float32 parameters,
 * which are read when they are first asked for.
 */
public final class MappedModel implements LanguageModel, AutoCloseable {
  private final ForeignModel file;
  private @Nullable DecoderModel floats;

  /** Of an open file, which this closes. */
  public MappedModel(ForeignModel file) {
    this.file = file;
  }

  public DecoderConfig config() {
    return file.config();
  }

  /**
   * A network whose parameters may be changed: that of a file with float32 parameters, which are
   * then all there is of it, and any other as it is.
   */
  public static LanguageModel changeable(LanguageModel network) {
    if (network instanceof MappedModel mapped) {
      DecoderModel model = mapped.floats();
      mapped.close();
      return model;
    }
    return network;
  }

  /** The model with float32 parameters. */
  public DecoderModel floats() {
    DecoderModel model = floats;
    if (model == null) {
      model = file.load();
      floats = model;
    }
    return model;
  }

  @Override
  public int vocabSize() {
    return config().vocabSize();
  }

  @Override
  public int contextLength() {
    return config().contextLength();
  }

  @Override
  public Parameters parameters() {
    return floats().parameters();
  }

  @Override
  public Variable logits(Tape tape, Tensor ids) {
    return floats().logits(tape, ids);
  }

  @Override
  public Readout readout(Tape tape, Tensor ids) {
    return floats().readout(tape, ids);
  }

  /** From the file where the engine is in the processor's memory. */
  @Override
  public Decoder decoder(Engine engine, TokenBatch streams) {
    return engine.onHost()
        ? decoder(engine, streams.size(), CacheFormat.FLOAT32)
        : floats().decoder(engine, streams);
  }

  /**
   * A decoder with a cache, from the file's weights.
   *
   * @param engine in the processor's memory
   * @param streams S, at least 1
   * @param cache format of keys and values
   */
  @Override
  public CachedDecoder decoder(Engine engine, int streams, CacheFormat cache) {
    return file.decoder(engine, streams, cache, contextLength());
  }

  @Override
  public SlotDecoder slots(Engine engine, int slots, int capacity, CacheFormat cache) {
    return engine.onHost()
        ? file.slots(engine, slots, cache, capacity)
        : floats().slots(engine, slots, capacity, cache);
  }

  /** How many weights it has. */
  public long numParameters() {
    return new DecoderModel(config()).parameters().count();
  }

  @Override
  public void close() {
    file.close();
  }
}
