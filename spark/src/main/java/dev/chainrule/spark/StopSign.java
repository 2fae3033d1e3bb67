package dev.chainrule.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A file that all machines see: work ends early where it is. It is looked for now and then. */
public final class StopSign implements BooleanSupplier {
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

  private final Path file;
  private long looked = System.nanoTime();
  private boolean seen;

  /** A sign that is this file. */
  public StopSign(Path file) {
    this.file = file;
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
