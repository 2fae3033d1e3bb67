package dev.chainrule.experiments.demo;

import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Notes;
import dev.chainrule.wavenet.audio.Spectrogram;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a clip is heard as notes: how much of the power of its middle frame lies at the harmonics
 * of one note of the scale, and how much at those of a pitch a quarter tone above one, where noise
 * would have as much.
 *
 * @param soundingShare frames that are not silent, of all
 * @param shareAtNotes median over these of the largest share of power that one note has
 * @param shareBetweenNotes the same a quarter tone higher
 * @param differentNotes notes that are the loudest in at least a twentieth of these
 */
record HeardNotes(
    double soundingShare, double shareAtNotes, double shareBetweenNotes, int differentNotes) {
  private static final int[] SCALE = {60, 62, 64, 67, 69, 72, 74, 76};
  private static final double QUARTER_TONE = Math.pow(2, 1 / 24.0);
  private static final int FRAME = 512;
  private static final int HARMONICS = 5;
  private static final double SILENCE = 1e-5;

  static HeardNotes in(AudioClip clip) {
    double[][] all = new Spectrogram(FRAME, FRAME / 4).power(clip.samples());
    double[][] sounding =
        Arrays.stream(all).filter(frame -> total(frame) > SILENCE).toArray(double[][]::new);
    double resolution = (double) clip.sampleRate() / FRAME;
    int[] loudest = new int[SCALE.length];
    for (double[] frame : sounding) {
      loudest[best(frame, resolution, 1)]++;
    }
    Set<Integer> played = new TreeSet<>();
    for (int n = 0; n < loudest.length; n++) {
      if (20 * loudest[n] >= sounding.length) {
        played.add(n);
      }
    }
    return new HeardNotes(
        (double) sounding.length / all.length,
        medianShare(sounding, resolution, 1),
        medianShare(sounding, resolution, QUARTER_TONE),
        played.size());
  }

  private static double total(double[] frame) {
    return Arrays.stream(frame).skip(2).sum();
  }

  private static double medianShare(double[][] frames, double resolution, double shift) {
    double[] shares =
        Arrays.stream(frames)
            .mapToDouble(frame -> share(frame, resolution, shift, best(frame, resolution, shift)))
            .sorted()
            .toArray();
    return shares.length == 0 ? 0 : shares[shares.length / 2];
  }

  private static int best(double[] frame, double resolution, double shift) {
    int best = 0;
    for (int n = 1; n < SCALE.length; n++) {
      if (share(frame, resolution, shift, n) > share(frame, resolution, shift, best)) {
        best = n;
      }
    }
    return best;
  }

  /** The share of a frame's power within a bin of the harmonics of a note. */
  private static double share(double[] frame, double resolution, double shift, int note) {
    double sum = 0;
    int next = 2;
    for (int h = 1; h <= HARMONICS; h++) {
      int centre = (int) Math.round(h * shift * Notes.hertz(SCALE[note]) / resolution);
      for (int k = Math.max(next, centre - 1); k <= Math.min(frame.length - 1, centre + 1); k++) {
        sum += frame[k];
        next = k + 1;
      }
    }
    return sum / total(frame);
  }
}
