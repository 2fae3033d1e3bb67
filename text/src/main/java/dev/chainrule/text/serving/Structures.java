package dev.chainrule.text.serving;

import dev.chainrule.base.InputException;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Structure;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The structures that answers were held to last, as many as memory is given for: what one knows of
 * its format serves others. May be used by many threads.
 */
public final class Structures {
  private static final long MOST_BYTES = 256L << 20;

  private final TextModel model;
  private final Lock making = new ReentrantLock();
  private final Map<Format, Structure> known = new LinkedHashMap<>(16, 0.75f, true);

  /** For the tokens of a model. */
  public Structures(TextModel model) {
    this.model = model;
  }

  /**
   * What a format is for the model's tokens.
   *
   * @throws InputException if the format cannot be read or has what is not supported
   */
  public Structure of(Format format) {
    // One after the other: to make one takes more memory than to have it.
    making.lock();
    try {
      Structure found = known.get(format);
      if (found == null) {
        found = model.structure(format);
        known.put(format, found);
      }
      forgetSome();
      return found;
    } finally {
      making.unlock();
    }
  }

  private void forgetSome() {
    long bytes = known.values().stream().mapToLong(Structure::bytes).sum();
    Iterator<Structure> eldest = known.values().iterator();
    while (bytes > MOST_BYTES && known.size() > 1) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }
}
