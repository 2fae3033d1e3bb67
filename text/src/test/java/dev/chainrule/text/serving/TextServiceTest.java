package dev.chainrule.text.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextServiceTest {
  private static final Compute COMPUTE = Compute.automatic();
  private static final ServiceConfig CONFIG = ServiceConfig.of(ServedModel.CONTEXT);

  @TempDir static Path folder;
  private static TextModel model;

  @BeforeAll
  static void open() throws IOException {
    model = ServedModel.in(folder);
  }

  private static TextService service(ServiceConfig config) {
    return new TextService(model, COMPUTE, config);
  }

  private static Collected collect(TextService service, TextRequest request) {
    Collected collected = new Collected(request.count());
    service.submit(request, collected);
    return collected;
  }

  private static int[] prompt(CounterRandom random, int length) {
    // Prompts that begin alike, as those of one application do.
    int[] ids = new int[length];
    int alike = random.nextInt(length);
    for (int i = 0; i < length; i++) {
      ids[i] = i < alike ? 'a' + i % 5 : random.nextInt(250);
    }
    return ids;
  }

  private static TextRequest anyRequest(CounterRandom random) {
    int[] prompt = prompt(random, 1 + random.nextInt(100));
    SamplingConfig sampling = SamplingConfig.of(random.nextInt(1000));
    sampling =
        switch (random.nextInt(4)) {
          case 0 -> sampling;
          case 1 -> sampling.withTemperature(0);
          case 2 -> sampling.withTopP(0.7).withTemperature(0.8);
          default ->
              sampling.withPenalties(new Penalties(Map.of(65, -1.0), 1, 0.5, 0.25, 0, List.of()));
        };
    int room = ServedModel.CONTEXT + 1 - prompt.length;
    TextRequest request =
        TextRequest.of(prompt, 1 + random.nextInt(Math.min(room, 24)), sampling)
            .withCount(1 + random.nextInt(3))
            .withTop(random.nextInt(3));
    return random.nextBoolean() ? request : request.withStops(new StopStrings(List.of("e", "\n")));
  }

  private static void assertAsAlone(TextRequest request, Collected served) {
    List<TextSample> alone =
        model
            .withStops(request.stops())
            .samples(
                request.given(),
                request.count(),
                request.sampling(),
                GenerationConfig.of(request.maxNewTokens(), request.sampling().seed()));
    for (int i = 0; i < alone.size(); i++) {
      TextSample sample = alone.get(i);
      assertThat(served.ids.get(i)).isEqualTo(sample.ids());
      assertThat(served.texts.get(i).toString()).isEqualTo(sample.text());
      for (int t = 0; t < sample.logProbs().size(); t++) {
        assertThat(served.logProbs.get(i).get(t)).isCloseTo(sample.logProbs().get(t), within(1e-3));
      }
    }
  }

  @Test
  void everyTextIsThatOfTheModelAloneWhateverElseIsAskedFor() throws Exception {
    CounterRandom random = CounterRandom.of(11);
    List<TextRequest> requests = new ArrayList<>();
    List<Collected> served = new ArrayList<>();
    try (TextService service = service(CONFIG.withSlots(3, 1000).withKept(2, 200_000))) {
      for (int i = 0; i < 40; i++) {
        TextRequest request = anyRequest(random);
        requests.add(request);
        served.add(collect(service, request));
      }
      for (int i = 0; i < requests.size(); i++) {
        served.get(i).await();
        assertAsAlone(requests.get(i), served.get(i));
      }
      assertThat(service.stats().running()).isZero();
      assertThat(service.stats().reusedTokens()).isPositive();
      assertThat(service.stats().keptTexts()).isLessThanOrEqualTo(2);
      assertThat(service.stats().keptBytes()).isBetween(1L, 200_000L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gpt2"})
  void aTextIsThatOfTheModelAloneToTheBit(String architecture) throws Exception {
    TextModel each = ServedModel.in(folder.resolve(architecture), architecture);
    CounterRandom random = CounterRandom.of(15);
    ServiceConfig config = CONFIG.withSlots(4, 1000).withKept(0, 0);
    try (TextService service = new TextService(each, COMPUTE, config)) {
      for (int length : new int[] {1, 2, 15, 16, 17, 18, 31, 32, 33, 64, 65, 97, 120}) {
        int[] prompt = prompt(random, length);
        SamplingConfig sampling = SamplingConfig.of(length);
        TextRequest request = TextRequest.of(prompt, 6, sampling).withCount(2);
        List<TextSample> alone =
            each.samples(prompt, 2, sampling, GenerationConfig.of(6, sampling.seed()));
        List<TextSample> guessed =
            each.withSpeculation(Speculation.lookup())
                .samples(prompt, 2, sampling, GenerationConfig.of(6, sampling.seed()));
        Collected served = collect(service, request).await();
        for (int i = 0; i < 2; i++) {
          assertThat(served.ids.get(i)).isEqualTo(alone.get(i).ids());
          assertThat(served.logProbs.get(i)).as("%d", length).isEqualTo(alone.get(i).logProbs());
          assertThat(guessed.get(i).logProbs()).isEqualTo(alone.get(i).logProbs());
        }
      }
    }
  }

  @Test
  void aTextIsTheSameToTheBitInAnyCompany() throws Exception {
    CounterRandom random = CounterRandom.of(12);
    List<TextRequest> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      requests.add(anyRequest(random));
    }
    List<List<List<Double>>> alone = new ArrayList<>();
    List<List<List<Double>>> together = new ArrayList<>();
    try (TextService service = service(CONFIG.withSlots(1, 1000).withKept(0, 0))) {
      for (TextRequest request : requests) {
        alone.add(collect(service, request).await().logProbs);
      }
    }
    try (TextService service = service(CONFIG.withSlots(12, 1000).withKept(0, 0))) {
      List<Collected> all = new ArrayList<>();
      requests.forEach(request -> all.add(collect(service, request)));
      for (Collected each : all) {
        together.add(each.await().logProbs);
      }
    }
    assertThat(together).isEqualTo(alone);
  }

  @Test
  void aPromptThatWasReadIsNotReadAgain() throws Exception {
    int[] prompt = prompt(CounterRandom.of(13), 90);
    TextRequest request = TextRequest.of(prompt, 8, SamplingConfig.of(3));
    try (TextService service = service(CONFIG)) {
      Collected first = collect(service, request).await();
      assertThat(service.stats().promptTokens()).isEqualTo(90);
      Collected again = collect(service, request).await();
      assertThat(service.stats().promptTokens()).isEqualTo(91);
      assertThat(again.ends.getFirst().reused()).isEqualTo(89);
      assertThat(again.logProbs).isEqualTo(first.logProbs);
      int[] longer = Arrays.copyOf(prompt, 100);
      TextRequest other = TextRequest.of(longer, 8, SamplingConfig.of(3));
      assertAsAlone(other, collect(service, other).await());
      assertThat(service.stats().promptTokens()).isEqualTo(101);
    }
  }

  @Test
  void continuationsOfOnePromptReadItOnce() throws Exception {
    int[] prompt = prompt(CounterRandom.of(14), 70);
    TextRequest request = TextRequest.of(prompt, 5, SamplingConfig.of(3)).withCount(6);
    try (TextService service = service(CONFIG.withSlots(4, 8).withKept(1, 100_000))) {
      assertAsAlone(request, collect(service, request).await());
      assertThat(service.stats().promptTokens()).isEqualTo(70 + 5);
    }
  }

  /** A listener that holds the service up until it is let go. */
  private static final class Gate extends Semaphore {
    private static final long serialVersionUID = 1L;
    final CountDownLatch reached = new CountDownLatch(1);

    Gate() {
      super(0);
    }

    void hold(TextEvent event) {
      if (event instanceof TextEvent.Drawn) {
        reached.countDown();
        acquireUninterruptibly();
      }
    }
  }

  @Test
  void moreThanMayWaitAreRefusedAndThoseCancelledOrTooLateLeave() throws Exception {
    TextRequest request = TextRequest.of(new int[] {65}, 3, SamplingConfig.of(1));
    Gate gate = new Gate();
    try (TextService service = service(CONFIG.withSlots(1, 2))) {
      service.submit(request, gate::hold);
      gate.reached.await();
      Collected cancelled = new Collected(1);
      Ticket ticket = service.submit(request, cancelled);
      Collected late = collect(service, request.withPatience(Duration.ofNanos(1)));
      assertThatThrownBy(() -> collect(service, request))
          .isInstanceOfSatisfying(
              QueueFullException.class,
              refusal -> assertThat(refusal.retrySeconds()).isBetween(1, 60))
          .hasMessageContaining("2 texts wait already");
      ticket.cancel();
      gate.release(3);
      assertThat(cancelled.await().ends.getFirst().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(late.await().ends.getFirst().ending()).isEqualTo(Ending.TIMED_OUT);
      assertThat(collect(service, request).await().ends.getFirst().ending())
          .isEqualTo(Ending.LENGTH);
      assertThat(service.stats().refused()).isEqualTo(1);
      assertThat(service.stats().ended(Ending.CANCELLED)).isEqualTo(1);
    }
  }

  @Test
  void whatIsUnderWayCanBeCancelledAndItsListenerMayFail() throws Exception {
    TextRequest request = TextRequest.of(new int[] {65}, 120, SamplingConfig.of(1));
    try (TextService service = service(CONFIG.withSlots(2, 4))) {
      Collected collected = new Collected(1);
      Ticket[] ticket = new Ticket[1];
      Gate gate = new Gate();
      ticket[0] =
          service.submit(
              request,
              event -> {
                collected.accept(event);
                gate.hold(event);
              });
      gate.reached.await();
      ticket[0].cancel();
      gate.release();
      assertThat(collected.await().ends.getFirst().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(collected.ids.getFirst()).hasSize(1);
      service.submit(
          request,
          event -> {
            throw new IllegalStateException("gone");
          });
      assertAsAlone(request, collect(service, request).await());
      assertThat(service.stats().ended(Ending.CANCELLED)).isEqualTo(2);
    }
  }

  @Test
  void aRequestThatCannotBeDrawnFailsAlone() throws Exception {
    Map<Integer, Double> all = new TreeMap<>();
    for (int id = 0; id < 256; id++) {
      all.put(id, Double.NEGATIVE_INFINITY);
    }
    SamplingConfig none =
        SamplingConfig.of(1).withPenalties(new Penalties(all, 1, 0, 0, 0, List.of()));
    TextRequest good = TextRequest.of(new int[] {65}, 20, SamplingConfig.of(1));
    try (TextService service = service(CONFIG)) {
      Collected fine = collect(service, good);
      Collected bad = collect(service, TextRequest.of(new int[] {65}, 5, none));
      assertThat(bad.await().ends.getFirst().ending()).isEqualTo(Ending.FAILED);
      assertThat(bad.ends.getFirst().message()).contains("is banned");
      assertAsAlone(good, fine.await());
    }
  }

  @Test
  void aContextThatIsFullEndsTheText() throws Exception {
    int[] prompt = prompt(CounterRandom.of(15), ServedModel.CONTEXT);
    try (TextService service = service(CONFIG)) {
      Collected last = collect(service, TextRequest.of(prompt, 50, SamplingConfig.of(2))).await();
      assertThat(last.ids.getFirst()).hasSize(1);
      assertThat(last.ends.getFirst().ending()).isEqualTo(Ending.LENGTH);
      int[] longer = prompt(CounterRandom.of(15), ServedModel.CONTEXT + 1);
      assertThatThrownBy(() -> collect(service, TextRequest.of(longer, 1, SamplingConfig.of(2))))
          .hasMessage("a prompt of 129 tokens, expected at most the context of 128");
    }
  }

  @Test
  void closingLetsTextsEndOrCutsThemAndRefusesOthers() throws Exception {
    TextRequest request = TextRequest.of(new int[] {65}, 100, SamplingConfig.of(1));
    TextService patient = service(CONFIG);
    Collected finished = collect(patient, request);
    patient.close(Duration.ofMinutes(1));
    assertThat(finished.await().ends.getFirst().ending().isWhole()).isTrue();
    assertThatThrownBy(() -> collect(patient, request))
        .isInstanceOf(RejectedExecutionException.class);
    TextService hasty = service(CONFIG.withSlots(1, 8));
    Gate gate = new Gate();
    hasty.submit(request, gate::hold);
    Collected waiting = collect(hasty, request);
    gate.reached.await();
    CompletableFuture<Integer> work = hasty.between(engine -> 1);
    Thread closer = Thread.ofPlatform().start(() -> hasty.close(Duration.ofMillis(1)));
    Thread.sleep(50);
    gate.release(1000);
    closer.join();
    assertThat(waiting.await().ends.getFirst().ending()).isEqualTo(Ending.CLOSED);
    assertThatThrownBy(work::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void whoWantsNoEventsGetsWholeTexts() throws Exception {
    TextRequest request = TextRequest.of(new int[] {65}, 30, SamplingConfig.of(4)).withCount(2);
    try (TextService service = TextService.of(model)) {
      List<TextSample> alone =
          model.samples(new int[] {65}, 2, SamplingConfig.of(4), GenerationConfig.of(30, 4));
      List<TextSample> drawn = service.draw(request).get();
      for (int i = 0; i < 2; i++) {
        assertThat(drawn.get(i).text()).isEqualTo(alone.get(i).text());
        assertThat(drawn.get(i).ids()).isEqualTo(alone.get(i).ids());
      }
      assertThatThrownBy(() -> service.draw(request.withPatience(Duration.ofNanos(1))).get())
          .hasRootCauseMessage("a text ended as TIMED_OUT");
    }
  }

  @Test
  void otherWorkIsDoneBetweenSteps() throws Exception {
    try (TextService service = service(CONFIG)) {
      Collected text = collect(service, TextRequest.of(new int[] {65}, 30, SamplingConfig.of(1)));
      assertThat(service.between(engine -> engine.workers()).get()).isPositive();
      text.await();
    }
  }
}
