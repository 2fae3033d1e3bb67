//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-wavenet:0.1.0-SNAPSHOT
//COMPILE_OPTIONS --add-modules jdk.incubator.vector
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS --sun-misc-unsafe-memory-access=allow
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioTraining;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trains a WaveNet on melodies of plucked notes, and lets it play. */
public final class PlayNotes {
  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: PlayNotes FILE.wav [STEPS]");
      System.exit(2);
    }
    AudioTraining training = AudioTraining.notes().withSteps(args.length > 1 ? Long.parseLong(args[1]) : 600);
    Path run = Files.createTempDirectory("notes").resolve("run");
    try (TrainingBar bar = new TrainingBar(System.err)) {
      AudioModel model = AudioModel.train("notes", training, run, bar);
      WavWriter.write(Path.of(args[0]), new AudioClip(model.sampleRate(), model.sample(3.0)));
      System.out.println("three seconds are in " + args[0] + ", the model in " + run);
    }
  }
}
