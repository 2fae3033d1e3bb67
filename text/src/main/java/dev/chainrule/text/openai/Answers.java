package dev.chainrule.text.openai;

import dev.chainrule.text.serving.QueueFullException;
import dev.chainrule.text.serving.TextEvent;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.serving.TextService;
import dev.chainrule.text.serving.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a service tells of all prompts of a request; closed, it is asked for no more. */
final class Answers implements AutoCloseable {
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final List<Ticket> tickets;
  private final int promptTokens;
  private final int count;
  private int left;

  /** An event of one answer. */
  private record Told(int index, TextEvent event) {}

  /** Takes events. */
  @FunctionalInterface
  interface Taker<E extends Exception> {
    /**
     * Takes one.
     *
     * @param index number of the answer, of all prompts
     */
    void take(int index, TextEvent event) throws E;
  }

  /**
   * Asks for answers.
   *
   * @param requests one for each prompt, all of as many continuations
   */
  Answers(TextService service, List<TextRequest> requests) {
    count = requests.getFirst().count();
    left = count * requests.size();
    promptTokens = requests.stream().mapToInt(request -> request.given().length).sum();
    try {
      tickets =
          service.submit(
              requests,
              number -> event -> told.add(new Told(number * count + event.choice(), event)));
    } catch (QueueFullException e) {
      throw ApiError.queueFull(e);
    } catch (RejectedExecutionException e) {
      throw ApiError.stopping();
    }
  }

  /** Tokens of all prompts. */
  int promptTokens() {
    return promptTokens;
  }

  /** Number of prompts. */
  int prompts() {
    return tickets.size();
  }

  /** Number of answers. */
  int size() {
    return count * tickets.size();
  }

  /** Whether some have not ended. */
  boolean areLeft() {
    return left > 0;
  }

  /**
   * Takes all that there is, or waits for something.
   *
   * @return whether there was something in this time
   */
  <E extends Exception> boolean take(Duration most, Taker<E> taker) throws E, InterruptedException {
    Told next = told.poll(most.toNanos(), TimeUnit.NANOSECONDS);
    if (next == null) {
      return false;
    }
    for (@Nullable Told each = next; each != null; each = told.poll()) {
      if (each.event() instanceof TextEvent.Ended) {
        left--;
      }
      taker.take(each.index(), each.event());
    }
    return true;
  }

  @Override
  public void close() {
    if (left > 0) {
      tickets.forEach(Ticket::cancel);
    }
  }
}
