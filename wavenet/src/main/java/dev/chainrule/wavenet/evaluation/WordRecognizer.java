package dev.chainrule.wavenet.evaluation;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.MelFeatures;
import java.util.List;

/**
 * A simple classifier of short clips: log-mel frames, brought to one number of places in time,
 * through multinomial logistic regression (gradient descent with momentum on the whole set). Made
 * to ask of drawn samples whether they are what they were meant to be.
 */
public final class WordRecognizer {
  private static final int PLACES = 16;
  private static final int BANDS = 20;
  private static final double TRIM_DECIBELS = -30;
  private static final int STEPS = 150;
  private static final double RATE = 0.5;
  private static final double MOMENTUM = 0.9;
  private static final double DECAY = 1e-3;

  private final MelFeatures mel;
  private final int classes;
  private final double[] means = new double[PLACES * BANDS];
  private final double[] deviations = new double[PLACES * BANDS];

  /** [classes][features and a bias]. */
  private final double[][] weights;

  private WordRecognizer(int sampleRate, int classes) {
    int hop = sampleRate / 125;
    this.mel =
        new MelFeatures(
            new MelFeatures.Config(sampleRate, 4 * hop, hop, BANDS, 0, sampleRate / 2.0));
    this.classes = classes;
    this.weights = new double[classes][PLACES * BANDS + 1];
  }

  /**
   * Learns.
   *
   * @param clips of one sampling rate
   * @param labels of the clips, from 0
   * @param classes number of labels
   */
  public static WordRecognizer fit(List<AudioClip> clips, int[] labels, int classes) {
    if (clips.isEmpty() || clips.size() != labels.length) {
      throw new IllegalArgumentException(
          "%d clips with %d labels, expected as many of both, at least one"
              .formatted(clips.size(), labels.length));
    }
    WordRecognizer recognizer = new WordRecognizer(clips.getFirst().sampleRate(), classes);
    double[][] features = new double[clips.size()][];
    for (int n = 0; n < features.length; n++) {
      features[n] = recognizer.features(clips.get(n));
    }
    recognizer.standardise(features);
    recognizer.descend(features, labels);
    return recognizer;
  }

  /** The most probable label of a clip. */
  public int recognize(AudioClip clip) {
    double[] x = features(clip);
    scale(x);
    double[] probabilities = probabilities(x);
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }

  /** Log-mel bands at places spread evenly between the silences at the ends. */
  private double[] features(AudioClip clip) {
    AudioClip heard = clip.peak() == 0 ? clip : clip.withPeak(1).trimmed(TRIM_DECIBELS);
    Tensor frames = mel.of(heard.samples().length == 0 ? new float[1] : heard.samples());
    int count = frames.dim(0);
    double[] features = new double[PLACES * BANDS];
    for (int place = 0; place < PLACES; place++) {
      double at = (count - 1) * place / (PLACES - 1.0);
      int before = (int) at;
      int after = Math.min(count - 1, before + 1);
      double share = at - before;
      for (int band = 0; band < BANDS; band++) {
        double first = frames.get((long) before * BANDS + band);
        double second = frames.get((long) after * BANDS + band);
        features[place * BANDS + band] = first + share * (second - first);
      }
    }
    return features;
  }

  private void standardise(double[][] features) {
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      double squares = 0;
      for (double[] x : features) {
        sum += x[i];
        squares += x[i] * x[i];
      }
      means[i] = sum / features.length;
      double variance = squares / features.length - means[i] * means[i];
      deviations[i] = Math.sqrt(Math.max(variance, 1e-6));
    }
    for (double[] x : features) {
      scale(x);
    }
  }

  private void scale(double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (x[i] - means[i]) / deviations[i] / Math.sqrt(x.length);
    }
  }

  private void descend(double[][] features, int[] labels) {
    double[][] velocity = new double[classes][PLACES * BANDS + 1];
    for (int step = 0; step < STEPS; step++) {
      double[][] gradient = new double[classes][PLACES * BANDS + 1];
      for (int n = 0; n < features.length; n++) {
        double[] error = probabilities(features[n]);
        error[labels[n]] -= 1;
        for (int c = 0; c < classes; c++) {
          addTo(gradient[c], features[n], error[c] / features.length);
        }
      }
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i < velocity[c].length; i++) {
          velocity[c][i] =
              MOMENTUM * velocity[c][i]
                  - RATE * classes * (gradient[c][i] + DECAY / classes * weights[c][i]);
          weights[c][i] += velocity[c][i];
        }
      }
    }
  }

  private static void addTo(double[] sum, double[] x, double factor) {
    for (int i = 0; i < x.length; i++) {
      sum[i] += factor * x[i];
    }
    sum[x.length] += factor;
  }

  private double[] probabilities(double[] x) {
    double[] p = new double[classes];
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      double sum = weights[c][x.length];
      for (int i = 0; i < x.length; i++) {
        sum += weights[c][i] * x[i];
      }
      p[c] = sum;
      max = Math.max(max, sum);
    }
    double total = 0;
    for (int c = 0; c < classes; c++) {
      p[c] = Math.exp(p[c] - max);
      total += p[c];
    }
    for (int c = 0; c < classes; c++) {
      p[c] /= total;
    }
    return p;
  }
}
