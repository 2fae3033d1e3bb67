package dev.chainrule.text.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.speculation.Draft;
import dev.chainrule.text.speculation.GuessBounds;
import dev.chainrule.text.structure.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service whose texts are guessed ahead draws what it draws without. */
class GuessingTest {
  private static final ServiceConfig CONFIG = ServiceConfig.of(ServedModel.CONTEXT).withKept(0, 0);

  @TempDir Path folder;

  /** Guesses anything, and as much of it as it may. */
  private static final class Liar implements Draft {
    private final CounterRandom random = CounterRandom.of(99);

    @Override
    public void reset() {
      throw new UnsupportedOperationException("a text begins with a draft of its own");
    }

    @Override
    public void feed(int token) {}

    @Override
    public int guess(long drawn, int[] into, int most) {
      for (int i = 0; i < most; i++) {
        into[i] = random.nextInt(256);
      }
      return most;
    }
  }

  private static TextRequest anyRequest(TextModel model, CounterRandom random, int number) {
    int[] prompt = new int[1 + random.nextInt(90)];
    int period = 1 + random.nextInt(6);
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = 'a' + i % period;
    }
    SamplingConfig sampling = SamplingConfig.of(random.nextInt(1000));
    sampling =
        switch (number % 4) {
          case 0 -> sampling;
          case 1 -> sampling.withTemperature(0);
          case 2 -> sampling.withTopP(0.5).withTemperature(0.6);
          default ->
              sampling.withPenalties(new Penalties(Map.of(65, 2.0), 1.2, 0.1, 0.1, 0, List.of()));
        };
    int room = ServedModel.CONTEXT + 1 - prompt.length;
    TextRequest request =
        TextRequest.of(prompt, 1 + random.nextInt(Math.min(room, 24)), sampling)
            .withCount(1 + number % 2)
            .withTop(random.nextInt(3));
    return switch (number % 3) {
      case 0 -> request;
      case 1 -> request.withStops(new StopStrings(List.of("ee", "\n")));
      default -> request.withStructure(model.structure(Format.regex("(ab|cd|[e-z]){3,60}")));
    };
  }

  private static List<Collected> served(TextModel model, ServiceConfig config, boolean accepts)
      throws InterruptedException {
    CounterRandom random = CounterRandom.of(21);
    List<Collected> all = new ArrayList<>();
    try (TextService service = new TextService(model, Compute.automatic(), config)) {
      for (int i = 0; i < 12; i++) {
        TextRequest request = anyRequest(model, random, i);
        Collected collected = new Collected(request.count());
        service.submit(request, collected);
        all.add(collected);
      }
      for (Collected each : all) {
        each.await();
      }
      ServiceStats stats = service.stats();
      assertThat(stats.acceptedTokens()).isBetween(accepts ? 1L : 0, stats.guessedTokens());
      long told =
          all.stream()
              .flatMap(each -> each.ends.stream())
              .mapToInt(TextEvent.Ended::accepted)
              .sum();
      assertThat(told).isEqualTo(stats.acceptedTokens());
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral"})
  void textsAreTheSameToTheBitWhateverIsGuessed(String architecture) throws Exception {
    TextModel model = ServedModel.in(folder, architecture);
    ServiceConfig config = CONFIG.withSlots(5, 1000);
    List<Collected> plain = served(model, config, false);
    Map<String, Speculation> ways =
        Map.of(
            "as pays", Speculation.lookup(),
            "itself", Speculation.model(model).within(new GuessBounds(1, 4)),
            "lookup", Speculation.lookup().within(new GuessBounds(3, 14)),
            "liar",
                new Speculation(
                    (of, engine, streams) -> (stream, sampling, random) -> new Liar(),
                    new GuessBounds(2, 5),
                    all -> {}));
    for (Map.Entry<String, Speculation> way : ways.entrySet()) {
      String name = way.getKey();
      TextModel guessed = model.withSpeculation(way.getValue());
      List<Collected> found = served(guessed, config, List.of("itself", "lookup").contains(name));
      for (int i = 0; i < plain.size(); i++) {
        assertThat(found.get(i).ids).as(name).isEqualTo(plain.get(i).ids);
        assertThat(found.get(i).logProbs).as(name).isEqualTo(plain.get(i).logProbs);
        assertThat(found.get(i).texts.toString()).isEqualTo(plain.get(i).texts.toString());
      }
    }
  }

  @Test
  void whatIsKeptOfAGuessedTextIsWhatWasDrawn() throws Exception {
    TextModel model = ServedModel.in(folder);
    Speculation wrong =
        new Speculation(
            (of, engine, streams) -> (stream, sampling, random) -> new Liar(),
            new GuessBounds(5, 5),
            all -> {});
    TextRequest request = TextRequest.of(new int[] {65, 66, 67}, 20, SamplingConfig.of(4));
    List<List<List<Double>>> found = new ArrayList<>();
    for (TextModel each : List.of(model, model.withSpeculation(wrong))) {
      try (TextService service =
          new TextService(each, Compute.automatic(), ServiceConfig.of(ServedModel.CONTEXT))) {
        Collected first = new Collected(1);
        service.submit(request, first);
        first.await();
        int[] longer = new int[23];
        for (int i = 0; i < 23; i++) {
          longer[i] = i < 3 ? 65 + i : first.ids.getFirst().get(i - 3);
        }
        Collected second = new Collected(1);
        service.submit(TextRequest.of(longer, 9, SamplingConfig.of(5)), second);
        assertThat(second.await().ends.getFirst().reused()).isEqualTo(22);
        found.add(second.logProbs);
      }
    }
    assertThat(found.get(1)).isEqualTo(found.get(0));
  }
}
