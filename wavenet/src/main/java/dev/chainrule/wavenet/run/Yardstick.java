package dev.chainrule.wavenet.run;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.baseline.LinearPredictor;
import dev.chainrule.wavenet.data.ClipBatches;
import java.util.Arrays;
import java.util.List;

/** What a network must beat: linear prediction of order 16, fitted to the same training clips. */
public final class Yardstick {
  private Yardstick() {}

  /** Its bits per sample on whole clips or on crops, as codes. */
  public static double bits(
      WaveNetConfig.Signal signal, ClipBatches training, List<int[]> heldOut) {
    LinearPredictor fitted =
        LinearPredictor.fit(training.codes(), signal.quantization(), signal.levels());
    return fitted.nll(heldOut) / Math.log(2);
  }

  /** The crops of batches as codes; what stands behind a clip's end is left out. */
  static List<int[]> crops(List<WaveBatch> batches) {
    return batches.stream().flatMap(batch -> crops(batch).stream()).toList();
  }

  private static List<int[]> crops(WaveBatch batch) {
    Tensor elements = batch.elements();
    int length = batch.length();
    int[][] crops = new int[elements.dim(0)][length];
    for (int b = 0; b < crops.length; b++) {
      int known = 0;
      while (known < length && elements.getInt((long) b * length + known) >= 0) {
        crops[b][known] = elements.getInt((long) b * length + known);
        known++;
      }
      crops[b] = Arrays.copyOf(crops[b], known);
    }
    return List.of(crops);
  }
}
