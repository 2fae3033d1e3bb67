package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.Images;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PixelCnnTest {
  private static final BiPredicate<Integer, Integer> EVERYTHING = (s, t) -> true;

  @TestFactory
  Stream<DynamicTest> binaryImagesKeepTheContract() {
    return contract(
        new PixelCnnConfig(new ImageFormat(3, 3, 1, 2), 1, 8, 9, ImageOutput.softmax()),
        2,
        EVERYTHING);
  }

  @TestFactory
  Stream<DynamicTest> colourImagesKeepTheContract() {
    return contract(
        new PixelCnnConfig(new ImageFormat(3, 3, 3, 3), 1, 12, 24, ImageOutput.softmax()),
        0,
        EVERYTHING);
  }

  /** The blind spot: with d columns to the right one sees at least d/3 rows above, in the mean. */
  @TestFactory
  Stream<DynamicTest> exactlyTheBlindSpotIsNotSeen() {
    int width = 10;
    PixelCnnConfig config =
        new PixelCnnConfig(new ImageFormat(3, width, 1, 3), 1, 10, 12, ImageOutput.softmax());
    return contract(config, 0, (s, t) -> sees(t / width - s / width, s % width - t % width));
  }

  /** Whether a pixel some rows above and some columns to the right is seen by 7 x 7 and 3 x 3. */
  private static boolean sees(int up, int right) {
    boolean inReach = up <= 4 && right >= -4;
    if (up == 0) {
      return inReach;
    }
    // Right moves are had only in taps that go up as well: 3 at most in the 7 x 7, 1 in the 3 x 3.
    int most = up == 1 ? 3 : 4;
    return inReach && right <= most;
  }

  private static Stream<DynamicTest> contract(
      PixelCnnConfig config, int alphabet, BiPredicate<Integer, Integer> reaches) {
    int length = config.image().dimensions();
    PixelCnn model = new PixelCnn(config);
    return ModelContract.of(
            new ModelContract.Subject<>(
                () -> new PixelCnn(config),
                (rng, sequences, ignored) -> Images.random(model, rng, sequences),
                length,
                alphabet,
                length,
                reaches))
        .tests();
  }
}
