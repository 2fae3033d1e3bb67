package dev.chainrule.text.serving;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Draws many texts at once from a model, each as {@link TextModel#samples} draws it alone, whatever
 * else is asked for: requests wait in a queue of bounded length, join those under way when a slot
 * is free, and leave it with their last token. A prompt is read in pieces.
 *
 * <p>Fairness: requests get slots in the order in which they came, but for those whose prompt
 * begins as one that is just being read, which wait for that. Between two tokens of a text under
 * way at most one step of {@link ServiceConfig#promptTokens} tokens of prompts is made, in which
 * each prompt being read has a piece of equal length, in turn where not all fit. A draft model
 * reads a prompt besides, at once, when it first guesses.
 *
 * <p>What a text has read and drawn stays when it has ended; a prompt that begins alike reads only
 * what is new, and its last token. A prompt of which nothing was there comes out to the bit as in
 * {@link TextModel#samples}, unless {@link ServiceConfig#promptTokens} makes its pieces shorter,
 * and again so where it was there as a whole; where a part of it was drawn, not read, to the
 * rounding of float32.
 *
 * <p>Of a model {@linkplain TextModel#withSpeculation with speculation} each text has guesses of
 * its own, as many as pay beside those of others; its tokens are the same, and what guesses came to
 * is in {@link #stats}.
 *
 * <p>May be used by many threads; one of its own drives the engine.
 */
public final class TextService implements AutoCloseable {
  private final TextModel model;
  private final ServiceConfig config;
  private final Engine engine;
  private final SlotDecoder decoder;
  private final @Nullable Guessing guessing;
  private final ServiceSteps steps;
  private final ServiceStats stats = new ServiceStats();
  private final Thread thread;

  /** Guards all below. */
  private final Object lock = new Object();

  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private final Deque<Work<?>> works = new ArrayDeque<>();
  private int outstanding;
  private double secondsEach = 1;
  private boolean closing;
  private boolean aborted;

  /** Where texts are kept; used by the service's thread. */
  private @Nullable Keeping keeping;

  /** Why they could not be; read when that thread has ended. */
  private @Nullable IOException unsaved;

  /**
   * Begins to serve; the weights are those of now.
   *
   * @param model used by nobody else until the service is closed
   */
  public TextService(TextModel model, Compute compute, ServiceConfig config) {
    if (config.context() > model.network().contextLength()) {
      throw new IllegalArgumentException(
          "context %d, expected at most the model's context length %d"
              .formatted(config.context(), model.network().contextLength()));
    }
    this.model = model.on(compute);
    this.config = config;
    engine = compute.open();
    try {
      decoder = model.slots(engine, config.slots() + config.keptTexts(), config.context());
      Speculation guesses = model.speculation();
      guessing = guesses == null ? null : new Guessing(guesses, model, engine, decoder);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    steps = new ServiceSteps(model, decoder, config, stats, guessing, this::ended);
    thread = Thread.ofPlatform().name("text-service").daemon().start(this::run);
  }

  /** Serves a model by the fastest engine of this machine, in texts of its whole context. */
  public static TextService of(TextModel model) {
    return new TextService(
        model, Compute.automatic(), ServiceConfig.of(model.network().contextLength()));
  }

  /** The model. */
  public TextModel model() {
    return model;
  }

  /** How it runs. */
  public ServiceConfig config() {
    return config;
  }

  /** Whether it takes requests. */
  public boolean isOpen() {
    synchronized (lock) {
      return !closing;
    }
  }

  /** What it has done. */
  public ServiceStats stats() {
    return stats;
  }

  /**
   * Asks for texts.
   *
   * @param listener is told of each token, by the thread of the service, which it must not hold up
   * @throws QueueFullException if too many wait
   * @throws IllegalArgumentException if the prompt has no room in the context for one token more
   * @throws RejectedExecutionException if the service is closed
   */
  public Ticket submit(TextRequest request, Consumer<TextEvent> listener) {
    return submit(List.of(request), number -> listener).getFirst();
  }

  /**
   * Asks for texts of several requests, all of which are accepted or none.
   *
   * @param listeners of each request by its number, each as above
   * @throws QueueFullException if too many wait
   * @throws IllegalArgumentException if a prompt has no room in the context for one token more
   * @throws RejectedExecutionException if the service is closed
   */
  public List<Ticket> submit(
      List<TextRequest> requests, IntFunction<Consumer<TextEvent>> listeners) {
    int count = 0;
    List<Ticket> tickets = new ArrayList<>();
    for (TextRequest request : requests) {
      if (request.given().length > config.context()) {
        throw new IllegalArgumentException(
            "a prompt of %d tokens, expected at most the context of %d"
                .formatted(request.given().length, config.context()));
      }
      count = Math.addExact(count, request.count());
      tickets.add(new Ticket(request, listeners.apply(tickets.size()), this::wake));
    }
    synchronized (lock) {
      requireRoom(count);
      for (Ticket ticket : tickets) {
        for (int choice = 0; choice < ticket.request.count(); choice++) {
          waiting.add(new Sequence(ticket, choice));
        }
      }
      outstanding += count;
      stats.waiting = waiting.size();
      lock.notifyAll();
      return tickets;
    }
  }

  /**
   * Asks for texts and gives them when all are whole.
   *
   * @return fails with an {@link IllegalStateException} that says how a text ended that is not
   * @throws QueueFullException if too many wait
   * @throws RejectedExecutionException if the service is closed
   */
  public CompletableFuture<List<TextSample>> draw(TextRequest request) {
    WholeTexts whole = new WholeTexts(request);
    submit(request, whole);
    return whole.result();
  }

  private void requireRoom(int count) {
    if (closing) {
      throw closed();
    }
    // A request of more texts than may wait has room where nobody else is.
    if (outstanding > 0 && outstanding + count > config.slots() + config.queue()) {
      stats.refused.add(count);
      double wait = Math.ceil(secondsEach * (1.0 + waiting.size()) / config.slots());
      throw new QueueFullException(waiting.size(), (int) Math.clamp(wait, 1, 60));
    }
  }

  /**
   * Does other work with the model between two steps.
   *
   * @throws QueueFullException if as many texts and works wait as may
   * @throws RejectedExecutionException if the service is closed
   */
  public <T> CompletableFuture<T> between(Function<? super Engine, ? extends T> work) {
    Work<T> given = new Work<>(work, new CompletableFuture<>());
    synchronized (lock) {
      requireRoom(1);
      outstanding++;
      works.add(given);
      lock.notifyAll();
    }
    return given.result();
  }

  private record Work<T>(Function<? super Engine, ? extends T> work, CompletableFuture<T> result) {
    void run(Engine engine) {
      try {
        result.complete(work.apply(engine));
      } catch (RuntimeException | Error e) {
        result.completeExceptionally(e);
      }
    }
  }

  /**
   * Takes up the texts that a service of the same model has kept in a file, where there is one, and
   * keeps those of this one there when it is closed: their prompts are then not read again.
   *
   * @return how many texts it has taken up
   * @throws InputException if the file is damaged, or from another model
   */
  public int keepIn(Path file) throws IOException, InterruptedException {
    byte[] checksum = ModelChecksum.of(model.path());
    Keeping keeping = new Keeping(file, checksum);
    try {
      return between(engine -> load(keeping)).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InputException input) {
        throw input;
      }
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Keeping(Path file, byte[] checksum) {}

  private int load(Keeping where) {
    try {
      int texts = Files.exists(where.file()) ? steps.load(where.file(), where.checksum()) : 0;
      keeping = where;
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void save() {
    Keeping where = keeping;
    if (where != null) {
      try {
        steps.save(where.file(), where.checksum());
      } catch (IOException e) {
        unsaved = e;
      }
    }
  }

  private void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private void run() {
    boolean failed = true;
    try {
      while (awaitWork()) {
        dropWaiting();
        admit();
        Work<?> work = nextWork();
        if (work != null) {
          work.run(engine);
        }
        steps.step();
      }
      failed = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (lock) {
        closing = true;
      }
      steps.endAll(Ending.CLOSED);
      for (Sequence sequence : taken(sequence -> true)) {
        steps.end(sequence, Ending.CLOSED, "");
      }
      if (!failed) {
        save();
      }
      for (Work<?> work = nextWork(); work != null; work = nextWork()) {
        work.result().completeExceptionally(closed());
      }
      if (guessing != null) {
        guessing.close();
      }
      decoder.close();
      engine.close();
    }
  }

  private static RejectedExecutionException closed() {
    return new RejectedExecutionException("the service is closed");
  }

  private @Nullable Work<?> nextWork() {
    synchronized (lock) {
      Work<?> work = works.poll();
      outstanding -= work == null ? 0 : 1;
      return work;
    }
  }

  private boolean awaitWork() throws InterruptedException {
    synchronized (lock) {
      while (steps.running() == 0 && waiting.isEmpty() && works.isEmpty() && !closing) {
        lock.wait();
      }
      boolean over = steps.running() == 0 && waiting.isEmpty() && works.isEmpty();
      return !aborted && !(closing && over);
    }
  }

  /** Takes what nobody waits for any more, or has waited too long, out of the queue. */
  private void dropWaiting() {
    long now = System.nanoTime();
    for (Sequence sequence : taken(each -> each.ticket.isCancelled() || each.ticket.isLate(now))) {
      boolean cancelled = sequence.ticket.isCancelled();
      steps.end(sequence, cancelled ? Ending.CANCELLED : Ending.TIMED_OUT, "");
    }
  }

  private List<Sequence> taken(Predicate<Sequence> wanted) {
    List<Sequence> taken = new ArrayList<>();
    synchronized (lock) {
      for (Iterator<Sequence> each = waiting.iterator(); each.hasNext(); ) {
        Sequence sequence = each.next();
        if (wanted.test(sequence)) {
          each.remove();
          taken.add(sequence);
        }
      }
      stats.waiting = waiting.size();
    }
    return taken;
  }

  private void admit() {
    for (Sequence sequence : taken(steps::admit)) {
      steps.begin(sequence);
    }
  }

  private void ended(Sequence sequence) {
    synchronized (lock) {
      outstanding--;
      double seconds = (System.nanoTime() - sequence.ticket.submitted) * 1e-9;
      secondsEach += 0.1 * (seconds - secondsEach);
    }
  }

  /**
   * Takes no more requests and finishes those accepted.
   *
   * @param grace what is not finished then ends as {@link Ending#CLOSED}
   * @throws UncheckedIOException if texts were to be kept in a file that cannot be written
   */
  public void close(Duration grace) {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
    try {
      if (grace.isZero() || !thread.join(grace)) {
        abort();
        thread.join();
      }
    } catch (InterruptedException e) {
      abort();
      Thread.currentThread().interrupt();
    }
    IOException failure = unsaved;
    if (failure != null) {
      throw new UncheckedIOException(failure);
    }
  }

  private void abort() {
    synchronized (lock) {
      aborted = true;
      lock.notifyAll();
    }
  }

  /** Ends all that is under way. */
  @Override
  public void close() {
    abort();
    close(Duration.ofMinutes(1));
  }
}
