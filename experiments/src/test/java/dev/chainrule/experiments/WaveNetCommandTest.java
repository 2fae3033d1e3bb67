package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavReader;
import dev.chainrule.wavenet.audio.WavWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The wavenet commands one after the other, on melodies made in code. */
class WaveNetCommandTest {
  @TempDir Path folder;

  private int run(String... args) {
    return Main.commandLine().execute(args);
  }

  private String error(String... args) {
    StringWriter text = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(text, true));
    assertThat(line.execute(args)).isEqualTo(2);
    return text.toString();
  }

  private void train(String out, String... more) {
    List<String> args =
        new ArrayList<>(List.of("wavenet", "train", "--sample-rate", "4000", "--steps", "2"));
    args.addAll(List.of("--batch-size", "2", "--crop", "512", "--layers", "3", "--residual", "8"));
    args.addAll(List.of("--gate", "8", "--skip", "8", "--out", folder.resolve(out).toString()));
    args.addAll(List.of(more));
    assertThat(run(args.toArray(String[]::new))).isZero();
  }

  @Test
  void aRunOnClipsThatHaveMovedGoesOnAndRemembersWhere() throws IOException {
    Path clips = Files.createDirectories(folder.resolve("clips"));
    for (int i = 0; i < 4; i++) {
      float[] samples = new float[2000];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) Math.sin(0.1 * (i + 1) * t) / 2;
      }
      WavWriter.write(clips.resolve(i + ".wav"), new AudioClip(4000, samples));
    }
    train("moved", "--data", clips.toString());
    Path away = Files.move(clips, folder.resolve("away"));
    String model = folder.resolve("moved").toString();
    assertThat(
            run(
                "wavenet",
                "train",
                "--resume",
                "--data",
                away.toString(),
                "--out",
                model,
                "--steps",
                "3"))
        .isZero();
    assertThat(Files.readString(Path.of(model, "config.json")))
        .contains("\"data\" : \"" + away + "\"");
  }

  @Test
  void trainsResumesDrawsAndContinues() throws IOException {
    String model = folder.resolve("m").toString();
    train("m", "--data", "notes");
    assertThat(run("wavenet", "train", "--resume", "--out", model, "--steps", "3")).isZero();
    String out = folder.resolve("s").toString();
    assertThat(
            run("wavenet", "sample", "--model", model, "--seconds", "0.1", "-n", "2", "--out", out))
        .isZero();
    AudioClip second = WavReader.read(Path.of(out, "sample-1.wav"));
    assertThat(second.samples()).hasSize(400);
    assertThat(Path.of(out, "sample-1.png")).isNotEmptyFile();
    Path prompt = folder.resolve("p.wav");
    WavWriter.write(prompt, new AudioClip(4000, new float[3]));
    assertThat(
            run(
                "wavenet",
                "continue",
                "--model",
                model,
                prompt.toString(),
                "--seconds",
                "0.05",
                "--out",
                out))
        .isZero();
    assertThat(WavReader.read(Path.of(out, "continued-0.wav")).samples()).hasSize(203);
    assertThat(run("wavenet", "eval", "--model", model, "--clips", "1")).isZero();
    assertThat(error("wavenet", "vocode", "--model", model, prompt.toString()))
        .contains("expected a model trained with --mel");
    assertThat(error("wavenet", "sample", "--model", model, "--label", "digit=3"))
        .contains("--label: found digit, expected none: the model is not conditioned");
  }

  @Test
  void aRunThatEndsWorseThanLinearPredictionSaysSo() {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      train("w", "--data", "notes", "--json");
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("(linear prediction of order 16: ")
        .contains("This is worse than linear prediction, and what it plays is noise");
  }

  @Test
  void badInputIsNamedInOneSentence() throws IOException {
    Path wav = folder.resolve("bad.wav");
    Files.writeString(wav, "ID3 this is no wave file");
    assertThat(failure("train", "--data", wav.toString())).contains("no such folder");
    assertThat(failure("train", "--data", folder.toString()))
        .contains("bad.wav: begins with \"ID3 \", expected a WAV file (RIFF ... WAVE)");
    Files.delete(wav);
    assertThat(failure("train", "--data", folder.toString())).contains("holds no .wav file");
    WavWriter.write(folder.resolve("7_eve_3.wav"), new AudioClip(4000, new float[900]));
    WavWriter.write(folder.resolve("noise.wav"), new AudioClip(4000, new float[900]));
    assertThat(
            failure("train", "--data", folder.toString(), "--labels", "{digit}_{speaker}_{n}.wav"))
        .contains("noise.wav: file name does not fit the label pattern");
    assertThat(failure("train", "--data", folder.toString(), "--hold-out", "index=1"))
        .contains("--hold-out: found index=1, expected a label of the file names");
    Files.delete(folder.resolve("noise.wav"));
    assertThat(
            failure(
                "train",
                "--data",
                folder.toString(),
                "--labels",
                "{digit}_{speaker}_{n}.wav",
                "--hold-out",
                "speaker=evee"))
        .contains("--hold-out: found speaker=evee, expected values of speaker, which has eve.");
  }

  @Test
  void waysOfReadingThatThereAreNoneOfAreRefused() {
    String out = folder.resolve("m").toString();
    String[] train = {"wavenet", "train", "--out", out, "--data"};
    assertThat(error(with(train, folder.toString(), "--trim", "40")))
        .contains("--trim", "trimming at 40.0 dB, expected 0 (none) or less");
    assertThat(error(with(train, folder.toString(), "--labels", "{a}_{a}.wav")))
        .contains("--labels: label pattern {a}_{a}.wav: {a} occurs twice");
    assertThat(error(with(train, "notes", "--trim", "-40")))
        .contains("--trim: found -40.0, expected a folder of WAV files as --data, not the notes");
    assertThat(error(with(train, "notes", "--sample-rate", "0")))
        .contains("--sample-rate: found 0, expected 1 to 768,000 Hz.");
    assertThat(error(with(train, "chorales", "--hold-out", "index=0")))
        .contains("--hold-out: found index=0, expected a folder of WAV files");
  }

  private static String[] with(String[] args, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void badPromptsAndLabelsAreNamedInOneSentence() throws IOException {
    for (String name : List.of("7_eve_0.wav", "7_eve_1.wav", "7_bob_0.wav")) {
      WavWriter.write(folder.resolve(name), new AudioClip(4000, new float[900]));
    }
    train(
        "c",
        "--data",
        folder.toString(),
        "--labels",
        "{digit}_{speaker}_{index}.wav",
        "--hold-out",
        "index=1",
        "--condition",
        "speaker");
    String model = folder.resolve("c").toString();
    assertThat(failure("sample", "--model", model, "--label", "speaker=zoe"))
        .contains("unknown speaker zoe, expected one of bob, eve");
    assertThat(failure("sample", "--model", model)).contains("found no speaker");
    String prompt = folder.resolve("prompt.wav").toString();
    WavWriter.write(Path.of(prompt), new AudioClip(8000, new float[100]));
    assertThat(failure("continue", "--model", model, prompt, "--label", "speaker=eve"))
        .contains("prompt.wav: is sampled at 8000 Hz, expected the model's 4000 Hz");
    byte[] bytes = Files.readAllBytes(Path.of(prompt));
    Files.write(Path.of(prompt), Arrays.copyOf(bytes, 100));
    assertThat(failure("continue", "--model", model, prompt, "--label", "speaker=eve"))
        .contains("prompt.wav: is cut off: 56 bytes of data are there, expected the 200");
  }

  private String failure(String... args) {
    List<String> all = new ArrayList<>(List.of("wavenet"));
    all.addAll(List.of(args));
    all.addAll(List.of("--out", folder.resolve("none").toString()));
    StringWriter text = new StringWriter();
    CommandLine line = Main.commandLine().setErr(new PrintWriter(text, true));
    assertThat(line.execute(all.toArray(String[]::new))).isNotZero();
    return text.toString();
  }

  @Test
  void aVocoderMakesAFileAnewAtItsLength() throws IOException {
    String model = folder.resolve("v").toString();
    train("v", "--data", "notes", "--mel", "--output", "logistics", "--mixtures", "2");
    Path source = folder.resolve("a.wav");
    WavWriter.write(source, new AudioClip(4000, new float[333]));
    String out = folder.resolve("o").toString();
    assertThat(run("wavenet", "vocode", "--model", model, source.toString(), "--out", out))
        .isZero();
    assertThat(WavReader.read(Path.of(out, "vocoded-0.wav")).samples()).hasSize(333);
    WavWriter.write(source, new AudioClip(8000, new float[333]));
    assertThat(run("wavenet", "vocode", "--model", model, source.toString(), "--out", out))
        .isEqualTo(1);
  }
}
