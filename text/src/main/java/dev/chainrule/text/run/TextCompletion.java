package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.core.sampling.StopCondition;
import dev.chainrule.text.data.Markers;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes what is missing at a place in a text. A model that learnt to fill in middles (Bavarian et
 * al. 2022) is given what comes before the place and what comes after; another one goes on from
 * what comes before.
 */
public final class TextCompletion {
  /** Tokens that say what is what, in fill-in-the-middle. */
  private static final int MARKERS = 3;

  private final TextModel model;
  private final Tokenizer tokenizer;
  private final Markers markers;
  private final boolean fillsIn;

  /** By a model. */
  public TextCompletion(TextModel model, Compute compute) {
    this.model = model.on(compute);
    tokenizer = model.tokenizer();
    markers = Markers.of(tokenizer);
    TextData learned = model.learnedFrom();
    fillsIn = markers.fillInTheMiddle() && (learned == null || learned.fimRate() > 0);
  }

  /**
   * What is asked for.
   *
   * @param before all of the text before the place
   * @param after all of the text after it
   * @param tokens most tokens that are drawn
   * @param lines after so many line ends a completion ends, the last line end left out; 0 for no
   *     such limit
   * @param count how many completions
   */
  public record Request(String before, String after, int tokens, int lines, int count) {
    public Request {
      if (tokens < 1 || lines < 0 || count < 1) {
        throw new IllegalArgumentException(
            "%d tokens, %d lines and %d completions, expected 1, 0 and 1 or more"
                .formatted(tokens, lines, count));
      }
    }
  }

  /** Whether the model sees what comes after the place. */
  public boolean fillsIn() {
    return fillsIn;
  }

  /**
   * Completions; each ends where the model says that what is missing is complete, at the last line
   * asked for, or after so many tokens.
   *
   * @throws InputException if the context has no room for so many tokens and some text
   */
  public List<TextSample> complete(Request request, SamplingConfig sampling) {
    int[] given = prompt(request);
    GenerationConfig generation =
        GenerationConfig.of(request.tokens(), sampling.seed()).withStop(stop(request));
    return model.samples(given, request.count(), sampling, generation).stream()
        .map(sample -> cut(sample, request.lines()))
        .toList();
  }

  private int[] prompt(Request request) {
    int markersAndBegin = (fillsIn ? MARKERS : 0) + tokenizer.specials().before().size();
    int room = model.network().contextLength() + 1 - request.tokens() - markersAndBegin;
    if (room < 1) {
      throw new InputException(
          "%d tokens to draw leave none of the model's context of %d for the text, expected fewer"
              .formatted(request.tokens(), model.network().contextLength()));
    }
    int[] before = tokenizer.encode(request.before());
    if (!fillsIn) {
      if (before.length == 0) {
        throw new InputException(
            "there is no text before the place, expected some for a model that did not learn to"
                + " fill in");
      }
      return tokenizer.specials().begun(last(before, room));
    }
    int[] after = tokenizer.encode(request.after());
    // What comes after gets half, and what the other half does not need.
    int behind = Math.min(after.length, Math.max(room / 2, room - before.length));
    IntStream.Builder ids = IntStream.builder();
    ids.add(markers.prefix().orElseThrow());
    IntStream.of(last(before, room - behind)).forEach(ids);
    ids.add(markers.suffix().orElseThrow());
    IntStream.of(after).limit(behind).forEach(ids);
    ids.add(markers.middle().orElseThrow());
    return tokenizer.specials().begun(ids.build().toArray());
  }

  private static int[] last(int[] ids, int most) {
    return Arrays.copyOfRange(ids, Math.max(0, ids.length - most), ids.length);
  }

  private StopCondition stop(Request request) {
    Set<Integer> control = new HashSet<>(markers.ids());
    control.addAll(tokenizer.specials().stops());
    int[] lines = new int[request.count()];
    return (stream, element) -> {
      int id = (int) element[0];
      if (control.contains(id)) {
        return true;
      }
      for (byte b : tokenizer.bytesOf(id)) {
        lines[stream] += b == '\n' ? 1 : 0;
      }
      return request.lines() > 0 && lines[stream] >= request.lines();
    };
  }

  private TextSample cut(TextSample sample, int lines) {
    Set<Integer> control = markers.ids();
    int[] written =
        sample.ids().stream().mapToInt(id -> id).filter(id -> !control.contains(id)).toArray();
    String text = StreamingDecoder.continuing(tokenizer).decode(written);
    int end = text.length();
    int from = 0;
    for (int line = 0; line < lines && end == text.length(); line++) {
      int at = text.indexOf('\n', from);
      if (at < 0) {
        break;
      }
      from = at + 1;
      if (line == lines - 1) {
        end = at;
      }
    }
    return new TextSample(
        text.substring(0, end), sample.ids(), sample.logProbs(), sample.finish(), sample.top());
  }
}
