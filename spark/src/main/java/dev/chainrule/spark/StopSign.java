package dev.chainrule.spark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A file that all machines see: work ends early where it is. It is looked for now and then. */
public final class StopSign implements BooleanSupplier {
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long WAIT_MILLIS = 200;

  private final Path file;
  private long looked = System.nanoTime();
  private boolean seen;

  /** A sign that is this file. */
  public StopSign(Path file) {
    this.file = file;
  }

  /** What is done now and then while work goes on elsewhere. */
  @FunctionalInterface
  public interface Watch {
    void look() throws IOException;
  }

  /**
   * Waits for work that heeds a sign, and puts the sign up when it is asked to stop.
   *
   * @param watch called until the work has ended, and once more then
   * @param stop asked now and then
   * @throws dev.chainrule.base.InputException with what the work failed of
   */
  public static <T> T await(Future<T> work, Path sign, Watch watch, BooleanSupplier stop)
      throws IOException {
    while (true) {
      try {
        T result = work.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        watch.look();
        return result;
      } catch (TimeoutException notYet) {
        watch.look();
        if (stop.getAsBoolean() && !Files.exists(sign)) {
          Files.createFile(sign);
        }
      } catch (ExecutionException e) {
        throw Failure.of(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  @Override
  public synchronized boolean getAsBoolean() {
    long now = System.nanoTime();
    if (!seen && now - looked > LOOK_EVERY) {
      looked = now;
      seen = Files.exists(file);
    }
    return seen;
  }
}
