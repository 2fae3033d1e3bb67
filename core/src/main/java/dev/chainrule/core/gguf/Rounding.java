package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.InputMoments;
import java.util.Map;

/**
 * How the weights of a model become those of a file.
 *
 * @param type formats of the matrices
 * @param pure whether all have the same, also those that an error does most harm in
 * @param calibration what is known of the inputs of matrices, by their names as GGUF has them: such
 *     are rounded so that their products change least
 */
public record Rounding(FileType type, boolean pure, Map<String, InputMoments> calibration) {
  public Rounding {
    calibration = Map.copyOf(calibration);
  }

  /** Each number to what is closest, with the type's formats. */
  public static Rounding to(FileType type) {
    return new Rounding(type, false, Map.of());
  }

  /** The same, or one format for all matrices. */
  public Rounding withPure(boolean all) {
    return new Rounding(type, all, calibration);
  }

  /**
   * For weights that were tuned for it: each number to what is closest, as when they were tuned.
   */
  public Rounding tuned() {
    return withCalibration(Map.of());
  }

  /** With regard to what matrices are multiplied with. */
  public Rounding withCalibration(Map<String, InputMoments> moments) {
    return new Rounding(type, pure, moments);
  }
}
