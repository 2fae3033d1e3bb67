package dev.chainrule.text.serving;

import java.util.function.Consumer;

/** A request that a {@link TextService} accepted. */
public final class Ticket {
  final TextRequest request;
  final Consumer<TextEvent> listener;
  final long submitted = System.nanoTime();
  private final Runnable wake;
  private volatile boolean cancelled;

  Ticket(TextRequest request, Consumer<TextEvent> listener, Runnable wake) {
    this.request = request;
    this.listener = listener;
    this.wake = wake;
  }

  /** Nobody waits for the request any more; what is under way ends as {@link Ending#CANCELLED}. */
  public void cancel() {
    cancelled = true;
    wake.run();
  }

  boolean isCancelled() {
    return cancelled;
  }

  boolean isLate(long now) {
    return now - submitted > request.patience().toNanos();
  }
}
