import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the next token costs after so many: with keys and values kept, and with the whole text
 * computed anew; and how many tokens a second several streams draw beside each other, on one and on
 * all threads. A GPT of 4 layers of width 128 with random weights, since they cost what others do.
 */
public final class DecodingCost {
  private static final int CONTEXT = 1024;
  private static final int TOKENS = 64;
  private static final double LEAST_SECONDS = 0.5;

  /** So long the compiler needs until the step of some streams is as fast as it will be. */
  private static final double STREAMS_SECONDS = 4;

  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: DecodingCost OUT");
      System.exit(2);
    }
    Gpt model = new Gpt(new GptConfig(65, CONTEXT, 4, 4, 128, 0, false, true));
    model.parameters().allocate(DType.FLOAT32, 1);
    lengths(model, Path.of(args[0]));
    streams(model, Path.of(args[0]));
  }

  private static void lengths(Gpt model, Path out) throws Exception {
    StudyTable table =
        new StudyTable(out, "decoding-cost", "tokens before", "kept, ms", "anew, ms", "times");
    List<Double> lengths = new ArrayList<>();
    try (Engine engine = new Compute("auto", 1).open();
        Decoder kept = model.decoder(engine, 1)) {
      for (int warm = 0; warm < 4; warm++) {
        time(kept, 256);
      }
      for (int length = 16; length < CONTEXT; length *= 2) {
        double with = time(kept, length);
        TokenBatch room = new TokenBatch(Tensor.zeros(DType.INT32, 1, length + 2));
        double without;
        try (Decoder anew = new RecomputingDecoder<>(model, engine, room, length + 1)) {
          time(anew, length);
          without = time(anew, length);
        }
        lengths.add((double) length);
        table.add(length, 1e3 * with, 1e3 * without, without / with);
      }
    }
    table.finish();
    List<Double> kept = table.numbers("kept, ms");
    List<Double> anew = table.numbers("anew, ms");
    table.figure(
        "decoding-cost",
        new Chart(
            "One more token, on one thread",
            Chart.Axis.of("tokens before").log(),
            Chart.Axis.of("milliseconds").log(),
            List.of(
                new Chart.Line("all computed anew", 1, Chart.Style.PLAIN, lengths, anew),
                new Chart.Line("keys and values kept", 0, Chart.Style.PLAIN, lengths, kept),
                new Chart.Dots("", 1, lengths, anew),
                new Chart.Dots("", 0, lengths, kept))));
  }

  /** Seconds of a token after so many, the least of several. */
  private static double time(Decoder decoder, int before) {
    Tensor token = Tensor.zeros(DType.INT32, 1);
    double least = Double.POSITIVE_INFINITY;
    Tensor text = Tensor.zeros(DType.INT32, 1, before);
    long begin = System.nanoTime();
    int times = 0;
    do {
      decoder.reset();
      decoder.feedAll(text);
      long from = System.nanoTime();
      decoder.feed(token);
      decoder.conditional();
      least = Math.min(least, 1e-9 * (System.nanoTime() - from));
    } while (++times < 5 || 1e-9 * (System.nanoTime() - begin) < LEAST_SECONDS);
    return least;
  }

  private static void streams(Gpt model, Path out) throws Exception {
    int all = Compute.automatic().threads();
    StudyTable table =
        new StudyTable(out, "decoding-streams", "threads", "streams", "tokens/s", "ms a step");
    List<Chart.Mark> marks = new ArrayList<>();
    for (int threads = 1; threads <= all; threads *= 2) {
      List<Double> streams = new ArrayList<>();
      try (Engine engine = new Compute("auto", threads).open()) {
        for (int count = 1; count <= 64; count *= 4) {
          double seconds = step(model, engine, count);
          streams.add((double) count);
          table.add(threads, count, count / seconds, 1e3 * seconds);
        }
      }
      String name = threads == 1 ? "1 thread" : threads + " threads";
      int colour = marks.size() / 2;
      List<Double> rate = table.numbers("tokens/s", threads);
      marks.add(new Chart.Line(name, colour, Chart.Style.PLAIN, streams, rate));
      marks.add(new Chart.Dots("", colour, streams, rate));
    }
    table.finish();
    table.figure(
        "decoding-streams",
        new Chart(
            "Streams drawn beside each other, the first 64 tokens",
            Chart.Axis.of("streams").log(),
            Chart.Axis.of("tokens a second").log(),
            marks));
  }

  /** Seconds of a step of the first tokens, in the mean; the best of several passes. */
  private static double step(Gpt model, Engine engine, int count) {
    Tensor tokens = Tensor.zeros(DType.INT32, count);
    double least = Double.POSITIVE_INFINITY;
    try (Decoder decoder = model.decoder(engine, count)) {
      long begin = System.nanoTime();
      do {
        decoder.reset();
        long from = System.nanoTime();
        for (int t = 0; t < TOKENS; t++) {
          decoder.feed(tokens);
          decoder.conditional();
        }
        least = Math.min(least, 1e-9 * (System.nanoTime() - from) / TOKENS);
      } while (1e-9 * (System.nanoTime() - begin) < STREAMS_SECONDS);
    }
    return least;
  }
}
