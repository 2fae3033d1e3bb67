//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-text:0.1.0-SNAPSHOT
//COMPILE_OPTIONS --add-modules jdk.incubator.vector
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS --sun-misc-unsafe-memory-access=allow
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextTraining;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trains a small GPT of letters on a text, and lets it write. */
public final class TrainText {
  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: TrainText FILE|FOLDER [STEPS]");
      System.exit(2);
    }
    TextTraining training = TextTraining.nanoCpu().withSteps(args.length > 1 ? Long.parseLong(args[1]) : 500);
    Path run = Files.createTempDirectory("words").resolve("run");
    try (TrainingBar bar = new TrainingBar(System.err)) {
      TextModel model = TextModel.train(args[0], training, run, bar);
      System.out.printf("held out: %.3f bits a character%n", model.evaluate(args[0]).bitsPerElement());
      System.out.println(model.sample("The ", 120, SamplingConfig.of(1).withTemperature(0.8)));
      System.out.println("the model is in " + run);
    }
  }
}
