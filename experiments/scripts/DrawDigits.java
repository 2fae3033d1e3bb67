//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-pixelcnn:0.1.0-SNAPSHOT
//COMPILE_OPTIONS --add-modules jdk.incubator.vector
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS --sun-misc-unsafe-memory-access=allow
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.pixelcnn.data.ImageGrid;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.pixelcnn.run.PixelSizes;
import dev.chainrule.pixelcnn.run.PixelTraining;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trains a Gated PixelCNN on digits that the program draws, and draws some. */
public final class DrawDigits {
  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: DrawDigits FILE.png [STEPS]");
      System.exit(2);
    }
    PixelTraining training =
        PixelTraining.usual()
            .withSizes(PixelSizes.of(6, 16))
            .withClasses(true)
            .withSteps(args.length > 1 ? Long.parseLong(args[1]) : 300);
    Path run = Files.createTempDirectory("digits").resolve("run");
    try (TrainingBar bar = new TrainingBar(System.err)) {
      PixelModel model = PixelModel.train("digits", training, run, bar);
      ImageGrid.write(Path.of(args[0]), ImageGrid.of(model.sample(30), 10, 3));
      System.out.println("30 digits are in " + args[0] + ", the model in " + run);
    }
  }
}
