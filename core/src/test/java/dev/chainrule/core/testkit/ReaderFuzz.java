package dev.chainrule.core.testkit;

import com.sun.management.ThreadMXBean;
import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a reader with inputs made from a seed. Whatever it is given, it reads it or refuses it with
 * one short sentence that names the origin, in under two seconds, with no more memory than a fixed
 * amount and a multiple of the input's length.
 *
 * <p>The system properties {@code chainrule.fuzz.inputs} and {@code chainrule.fuzz.seed} set how
 * many inputs each reader is given and from which seed. An input that fails is left in {@code
 * target/fuzz}.
 */
public final class ReaderFuzz {
  /** What readers are told that their input is from. */
  public static final String ORIGIN = "fuzzed";

  private static final long SEED = Long.getLong("chainrule.fuzz.seed", 20_260_101);
  private static final int DEFAULT_INPUTS = 2_000;

  /** Inputs whose cost is not counted: with the first ones classes are loaded. */
  private static final int WARM_UP = 50;

  private static final int INPUTS = Integer.getInteger("chainrule.fuzz.inputs", DEFAULT_INPUTS);
  private static final long CPU_NANOS = 2_000_000_000L;

  /** Looks, a second apart, that find the same input: where the machine halts, so do the looks. */
  private static final int HANG_LOOKS = 30;

  private static final long FIXED_BYTES = 4L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String name;
  private final long fixed;
  private final int multiple;
  private int accepted;
  private int refused;
  private volatile byte[] current = {};
  private volatile int number;

  private ReaderFuzz(String name, long fixed, int multiple) {
    this.name = name;
    this.fixed = fixed;
    this.multiple = multiple;
  }

  /** Makes an input. */
  @FunctionalInterface
  public interface Input {
    /** A valid input or a broken one. */
    byte[] make(RandomGenerator random);
  }

  /** Reads an input of {@link #ORIGIN}. */
  @FunctionalInterface
  public interface Reader {
    /** Throws only {@link InputException}. */
    void read(byte[] input) throws IOException;
  }

  /**
   * Feeds the reader.
   *
   * @param name of the reader, for messages and file names
   * @param multiple bytes that the reader may allocate for each of the input
   */
  public static void run(String name, int multiple, Input input, Reader reader) {
    new ReaderFuzz(name, FIXED_BYTES, multiple).run(INPUTS, input, reader);
  }

  /**
   * Feeds a reader that may need more for small inputs than others.
   *
   * @param fixed bytes that the reader may allocate for any input
   * @param multiple bytes that it may allocate for each of the input beside them
   */
  public static void run(String name, long fixed, int multiple, Input input, Reader reader) {
    new ReaderFuzz(name, fixed, multiple).run(INPUTS, input, reader);
  }

  /** Feeds a reader of files, which is slow, with a twentieth of the inputs. */
  public static void runSlow(String name, int multiple, Input input, Reader reader) {
    new ReaderFuzz(name, FIXED_BYTES, multiple).run(INPUTS / 20, input, reader);
  }

  private void run(int inputs, Input input, Reader reader) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    long begun = System.nanoTime();
    Thread worker = new Thread(() -> all(inputs, input, reader, failure), "fuzz " + name);
    worker.setDaemon(true);
    worker.start();
    try {
      int looks = 0;
      int seen = number;
      while (!worker.join(Duration.ofSeconds(1))) {
        looks = number == seen ? looks + 1 : 0;
        seen = number;
        if (looks > HANG_LOOKS) {
          AssertionError hang = failed("does not end", null);
          hang.setStackTrace(worker.getStackTrace());
          throw hang;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (failure.get() != null) {
      throw new AssertionError(String.valueOf(failure.get().getMessage()), failure.get());
    }
    System.err.printf(
        "fuzz %s: seed %d, %,d inputs, %,d accepted, %.1f s%n",
        name, SEED, inputs, accepted, (System.nanoTime() - begun) / 1e9);
    if (accepted < inputs / 200 || refused < inputs / 200) {
      throw new AssertionError(
          "%s: %d inputs accepted and %d refused, expected some of both"
              .formatted(name, accepted, refused));
    }
  }

  private void all(
      int inputs, Input input, Reader reader, AtomicReference<@Nullable Throwable> failure) {
    try {
      for (int i = -WARM_UP; i < inputs; i++) {
        number = i;
        current = input.make(CounterRandom.of(SEED, i));
        one(reader);
      }
    } catch (AssertionError e) {
      failure.set(e);
    } catch (RuntimeException | Error e) {
      failure.set(failed("the generator failed", e));
    }
  }

  private void one(Reader reader) {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    try {
      reader.read(current);
      accepted++;
    } catch (InputException e) {
      refused++;
      requireOneSentence(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException | Error e) {
      throw failed("threw " + e, e);
    }
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    if (number >= 0 && bytes > fixed + (long) multiple * current.length) {
      throw failed("allocated %,d bytes".formatted(bytes), null);
    }
    if (number >= 0 && cpu > CPU_NANOS) {
      throw failed("took %.1f s".formatted(cpu / 1e9), null);
    }
  }

  private void requireOneSentence(String message) {
    boolean oneLine = message.chars().noneMatch(Character::isISOControl);
    if (!oneLine
        || message.length() > InputException.MAX_LENGTH
        || !message.startsWith(ORIGIN)
        || message.endsWith("null")
        || message.contains("(null)")
        || message.contains("Exception")) {
      throw failed("was refused with: " + message, null);
    }
  }

  private AssertionError failed(String what, @Nullable Throwable cause) {
    Path saved = Path.of("target", "fuzz", name + "-" + number);
    try {
      Files.createDirectories(saved.getParent());
      Files.write(saved, current);
    } catch (IOException e) {
      what += " (and could not be saved: " + e + ")";
    }
    return new AssertionError(
        "%s: input %d of seed %d, %d bytes, left in %s, %s"
            .formatted(name, number, SEED, current.length, saved.toAbsolutePath(), what),
        cause);
  }
}
