package dev.chainrule.wavenet.baseline;

import dev.chainrule.wavenet.Quantization;
import java.util.Arrays;
import java.util.List;

/**
 * Linear prediction of a sample from the 16 before it, as in speech coding, fitted by least squares
 * (autocorrelation method); the error is logistic, its scale fitted by maximum likelihood for each
 * of a number of levels of the recent error. It gives every code a probability, so that its bits
 * per sample stand beside a network's.
 */
public final class LinearPredictor {
  private static final int ORDER = 16;
  private static final int CLASSES = 32;
  private static final double MEMORY = 0.95;
  private static final double FLOOR = 1e-6;
  private static final int CANDIDATES = 48;

  /** Samples by which scales are chosen; of longer clips every second, third, ... counts. */
  private static final long SCALE_SAMPLES = 1_000_000;

  private final Quantization quantization;
  private final int levels;

  /** Where each code begins: millions of samples ask, and each answer costs two logarithms. */
  private final double[] edges;

  private final double[] weights = new double[ORDER];
  private final double[] scales = new double[CLASSES];

  private LinearPredictor(Quantization quantization, int levels) {
    this.quantization = quantization;
    this.levels = levels;
    edges = new double[levels];
    Arrays.setAll(edges, code -> quantization.decode(code - 0.5, levels));
  }

  /** Fits weights and scales to clips of codes. */
  public static LinearPredictor fit(List<int[]> clips, Quantization quantization, int levels) {
    LinearPredictor predictor = new LinearPredictor(quantization, levels);
    predictor.fitWeights(clips);
    predictor.fitScales(clips);
    return predictor;
  }

  /** Mean negative log-likelihood of all samples of all clips, in nats per sample. */
  public double nll(List<int[]> clips) {
    double[] sum = new double[1];
    long[] count = new long[1];
    for (int[] clip : clips) {
      walk(
          clip,
          (code, prediction, state) -> {
            sum[0] -= Math.log(probability(code, prediction, scales[state]));
            count[0]++;
          });
    }
    return sum[0] / count[0];
  }

  @FunctionalInterface
  private interface Visitor {
    void visit(int code, double prediction, int state);
  }

  private void walk(int[] clip, Visitor visitor) {
    double[] past = new double[ORDER];
    double energy = FLOOR;
    for (int t = 0; t < clip.length; t++) {
      double prediction = 0;
      for (int i = 0; i < ORDER; i++) {
        prediction += weights[i] * past[(t + ORDER - 1 - i) % ORDER];
      }
      visitor.visit(clip[t], prediction, state(energy));
      double x = quantization.decode(clip[t], levels);
      double error = x - prediction;
      energy = MEMORY * energy + (1 - MEMORY) * error * error + (1 - MEMORY) * FLOOR * FLOOR;
      past[t % ORDER] = x;
    }
  }

  /** Recent energy from 1e-12 to 1 in classes of equal width in decibels. */
  private static int state(double energy) {
    double share = (Math.log10(energy) + 12) / 12;
    return Math.clamp((int) (share * CLASSES), 0, CLASSES - 1);
  }

  private double probability(int code, double prediction, double scale) {
    double upper = code == levels - 1 ? 1 : sigmoid((edges[code + 1] - prediction) / scale);
    double lower = code == 0 ? 0 : sigmoid((edges[code] - prediction) / scale);
    return Math.max(upper - lower, 1e-12);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Levinson-Durbin recursion on the autocorrelation of all clips. */
  private void fitWeights(List<int[]> clips) {
    double[] r = new double[ORDER + 1];
    for (int[] clip : clips) {
      double[] x = new double[clip.length];
      for (int t = 0; t < x.length; t++) {
        x[t] = quantization.decode(clip[t], levels);
      }
      for (int lag = 0; lag <= ORDER; lag++) {
        for (int t = lag; t < x.length; t++) {
          r[lag] += x[t] * x[t - lag];
        }
      }
    }
    double error = r[0] * (1 + 1e-9) + FLOOR;
    for (int i = 0; i < ORDER; i++) {
      double sum = r[i + 1];
      for (int j = 0; j < i; j++) {
        sum -= weights[j] * r[i - j];
      }
      double reflection = sum / error;
      double[] before = weights.clone();
      weights[i] = reflection;
      for (int j = 0; j < i; j++) {
        weights[j] = before[j] - reflection * before[i - 1 - j];
      }
      error *= 1 - reflection * reflection;
    }
  }

  /** For every class the best of scales from 1e-5 to 1, evenly spread in their logarithm. */
  private void fitScales(List<int[]> clips) {
    double[] candidates = new double[CANDIDATES];
    Arrays.setAll(candidates, k -> Math.pow(10, -5 + 5.0 * k / (CANDIDATES - 1)));
    double[][] sums = new double[CLASSES][CANDIDATES];
    long samples = clips.stream().mapToLong(clip -> clip.length).sum();
    long stride = Math.max(1, Math.ceilDiv(samples, SCALE_SAMPLES));
    long[] seen = new long[1];
    for (int[] clip : clips) {
      walk(
          clip,
          (code, prediction, state) -> {
            if (seen[0]++ % stride != 0) {
              return;
            }
            for (int k = 0; k < CANDIDATES; k++) {
              sums[state][k] -= Math.log(probability(code, prediction, candidates[k]));
            }
          });
    }
    for (int c = 0; c < CLASSES; c++) {
      int best = 0;
      for (int k = 1; k < CANDIDATES; k++) {
        best = sums[c][k] < sums[c][best] ? k : best;
      }
      scales[c] = candidates[best];
    }
  }
}
