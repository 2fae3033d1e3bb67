package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.distribution.Affine;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.distribution.EqualMixture;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network expects of each value of a series from those before it: windows lie one after the
 * other, each value in the forecast range of one, and are read with the values that came.
 */
public final class OneStepDistributions {
  private static final int BATCH = 8;

  private OneStepDistributions() {}

  /**
   * Distributions of the values of each series, null for those of its first context.
   *
   * @param networks of one model, believed alike
   * @param known the series of training, in their order there
   * @param series with the columns that the model takes
   * @throws InputException for a series of other steps, or not longer than a forecast
   */
  public static List<List<@Nullable Distribution>> of(
      List<DeepAr> networks, List<Series> known, List<Series> series, Engine engine) {
    List<List<List<@Nullable Distribution>>> each = new ArrayList<>();
    for (DeepAr network : networks) {
      each.add(of(network, known, series, engine));
    }
    List<List<@Nullable Distribution>> mixed = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      mixed.add(mixed(each, i));
    }
    return mixed;
  }

  /** An equal mixture of what the networks expect, where all of them have read a context. */
  private static List<@Nullable Distribution> mixed(
      List<List<List<@Nullable Distribution>>> each, int series) {
    List<@Nullable Distribution> result = new ArrayList<>();
    for (int t = 0; t < each.getFirst().get(series).size(); t++) {
      List<Distribution> expected = new ArrayList<>();
      for (List<List<@Nullable Distribution>> network : each) {
        Distribution distribution = network.get(series).get(t);
        if (distribution != null) {
          expected.add(distribution);
        }
      }
      boolean all = expected.size() == each.size();
      result.add(
          !all ? null : expected.size() == 1 ? expected.getFirst() : new EqualMixture(expected));
    }
    return result;
  }

  private static List<List<@Nullable Distribution>> of(
      DeepAr model, List<Series> known, List<Series> series, Engine engine) {
    DeepArConfig config = model.config();
    series.forEach(s -> Windows.requireValues(model.likelihood(), s));
    Windows windows = new Windows(config, series, 0);
    Map<String, Integer> categories = new HashMap<>();
    for (int i = 0; i < known.size(); i++) {
      categories.put(known.get(i).id(), i + 1);
    }
    model.parameters().moveTo(engine);
    Tape tape = Tape.evaluation(engine, 0, model.parameters());
    List<List<@Nullable Distribution>> all = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      Series s = series.get(i);
      int category = config.numCategories() == 0 ? 0 : categories.getOrDefault(s.id(), 0);
      all.add(of(model, tape, windows, i, s, category));
    }
    return all;
  }

  private static List<@Nullable Distribution> of(
      DeepAr model, Tape tape, Windows windows, int number, Series s, int category) {
    DeepArConfig config = model.config();
    List<Integer> starts = starts(config, s, windows.past(number).first());
    List<@Nullable Distribution> result = new ArrayList<>(Collections.nCopies(s.length(), null));
    for (int from = 0; from < starts.size(); from += BATCH) {
      int to = Math.min(starts.size(), from + BATCH);
      WindowBatch batch =
          WindowBatch.zeros(DType.FLOAT32, to - from, config.windowLength(), config);
      for (int row = from; row < to; row++) {
        windows.write(batch, row - from, number, starts.get(row), category, true);
      }
      tape.begin();
      Tensor raw = model.conditionals(tape, batch).value().host();
      for (int row = from; row < to; row++) {
        read(model, raw, batch, row - from, starts.get(row), result);
      }
    }
    return result;
  }

  private static List<Integer> starts(DeepArConfig config, Series s, int first) {
    int ahead = config.predictionLength();
    int last = s.length() - ahead;
    if (last <= first) {
      throw new InputException(
          "%s: has %d values, expected more than the %d of a forecast."
              .formatted(s.place(), s.length(), ahead));
    }
    List<Integer> starts = new ArrayList<>();
    for (long start = first + (long) config.contextLength(); start < last; start += ahead) {
      starts.add((int) start);
    }
    starts.add(last);
    return starts;
  }

  private static void read(
      DeepAr model,
      Tensor raw,
      WindowBatch batch,
      int row,
      int start,
      List<@Nullable Distribution> result) {
    DeepArConfig config = model.config();
    int outputs = raw.dim(-1);
    double scale = batch.scales().get(row);
    double centre = batch.centres().get(row);
    float[] numbers = new float[outputs];
    for (int h = 0; h < config.predictionLength(); h++) {
      long at = ((long) row * batch.length() + config.contextLength() + h) * outputs;
      raw.read(at, numbers, 0, outputs);
      Distribution distribution = model.likelihood().distribution(numbers, scale);
      result.set(start + h, centre == 0 ? distribution : new Affine(distribution, centre, 1));
    }
  }
}
