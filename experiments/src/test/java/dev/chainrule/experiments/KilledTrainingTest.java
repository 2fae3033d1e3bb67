package dev.chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Training is killed ({@code kill -9}) at random moments and resumed, until it is done; then it
 * must have the bits of a run that was never killed, and nothing may lie about. Two of three kills
 * come after the process has saved a checkpoint and before the last, the others at any moment from
 * the start of the process.
 *
 * <p>{@code -Dkills=25} is how many of each trainer; the seed of the moments is printed.
 */
@Tag("slow")
class KilledTrainingTest {
  private static final int KILLS = Integer.getInteger("kills", 4);
  private static final long SEED = Long.getLong("kill.seed", 1);
  private static final int STEPS = 60;
  private static final int LATEST_MILLIS = 2_500;

  /** Up to how long after a save, by which time the next two or three are done. */
  private static final int AFTER_SAVE_MILLIS = 250;

  private static final int PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  /** The trainers, with models so small that saving takes much of the time. */
  enum Trainer {
    TEXT(
        "text train --data %s/pom.xml --layers 1 --heads 1 --width 8 --context 8 --batch-size 2"
            + " --eval-every 1000 --schedule constant"),
    ADAPTERS(
        "text train --from %s/BASE --lora-rank 2 --data %<s/text.txt --context 8 --batch-size 2"
            + " --eval-every 1000 --schedule constant"),
    PIXELCNN(
        "pixelcnn train --data %s/IMAGES --size 8 --grey --layers 2 --width 4 --batch-size 1"
            + " --eval-every 1000"),
    WAVENET(
        "wavenet train --data notes --sample-rate 500 --stacks 1 --layers 2 --residual 4 --gate 4"
            + " --skip 4 --batch-size 1 --crop 64 --eval-every 1000"),
    TIMESERIES(
        "timeseries train --data %s/timeseries/examples/monthly.csv --freq M --horizon 2 --units 4"
            + " --layers 1");

    private final String command;

    Trainer(String command) {
      this.command = command;
    }
  }

  /** What the kills met. */
  private static final class Count {
    int kills;
    int betweenCheckpoints;
    int resumes;
    int finished;
  }

  @ParameterizedTest
  @EnumSource
  void aKilledRunGoesOnToTheSameBits(Trainer trainer) throws Exception {
    RandomGenerator random = CounterRandom.of(SEED, trainer.ordinal());
    Path whole = folder.resolve("whole");
    Process unbroken = start(trainer, whole, false);
    assertThat(unbroken.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(unbroken.exitValue()).as(errors()).isZero();
    Count count = new Count();
    while (count.kills < KILLS || count.finished == 0) {
      Path run = folder.resolve("run-" + count.finished);
      untilDone(trainer, run, random, count);
      count.finished++;
      for (String name : List.of("model.safetensors", "optimizer.safetensors")) {
        assertThat(run.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
      }
      assertThat(names(run)).isEqualTo(names(whole));
    }
    assertThat(names(folder))
        .allMatch(name -> name.matches("whole|run-\\d+|err|out|IMAGES|BASE|text.txt"));
    assertThat(2 * count.betweenCheckpoints).isGreaterThanOrEqualTo(count.kills);
    System.out.printf(
        "%s, seed %d: %d kills, %d of them between checkpoints, %d resumed, %d runs of equal"
            + " bits%n",
        trainer, SEED, count.kills, count.betweenCheckpoints, count.resumes, count.finished);
  }

  /** One run, killed again and again while kills are left. */
  private void untilDone(Trainer trainer, Path run, RandomGenerator random, Count count)
      throws Exception {
    while (true) {
      long before = step(run);
      Process process = start(trainer, run, before > 0);
      count.resumes += before > 0 ? 1 : 0;
      if (count.kills < KILLS) {
        if (random.nextInt(3) == 0) {
          process.waitFor(random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
        } else {
          awaitSave(process, run, before);
          process.waitFor(random.nextInt(AFTER_SAVE_MILLIS), TimeUnit.MILLISECONDS);
        }
        if (process.isAlive()) {
          process.destroyForcibly().waitFor();
          long after = step(run);
          assertThat(after).as(errors()).isGreaterThanOrEqualTo(before);
          count.kills++;
          count.betweenCheckpoints += after > 0 && after < STEPS ? 1 : 0;
          continue;
        }
      }
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(errors()).isZero();
      assertThat(step(run)).isEqualTo(STEPS);
      return;
    }
  }

  private static void awaitSave(Process process, Path run, long before) throws Exception {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() && step(run) <= before) {
      assertThat(System.nanoTime()).isLessThan(patience);
      Thread.sleep(5);
    }
  }

  private Process start(Trainer trainer, Path run, boolean resume) throws IOException {
    boolean own = trainer == Trainer.PIXELCNN || trainer == Trainer.ADAPTERS;
    Path images = folder.resolve("IMAGES");
    if (trainer == Trainer.PIXELCNN && !Files.exists(images)) {
      SmallImages.write(images, 12, 8);
    }
    if (trainer == Trainer.ADAPTERS && !Files.exists(folder.resolve("BASE"))) {
      Path text = folder.resolve("text.txt");
      Files.writeString(text, "what is learnt stands on what is there, ".repeat(50));
      List<String> words =
          List.of(
              ("text train --layers 1 --heads 1 --width 8 --context 8 --batch-size 2 --steps 1"
                      + " --threads 1 --data %s --out %s")
                  .formatted(text, folder.resolve("BASE"))
                  .split(" "));
      assertThat(Main.commandLine().execute(words.toArray(String[]::new))).isZero();
    }
    String place = own ? folder.toString() : ProjectFolder.root().toString();
    List<String> args = new ArrayList<>(List.of(trainer.command.formatted(place).split(" ")));
    args.addAll(List.of("--steps", Integer.toString(STEPS), "--checkpoint-every", "2"));
    args.addAll(List.of("--threads", "1", "--out", run.toString()));
    if (resume) {
      args.add("--resume");
    }
    return Child.of(Main.class, args.toArray(String[]::new))
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  /** The step of the last checkpoint; 0 where there is none. */
  private static long step(Path run) throws IOException {
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        String config = Files.readString(run.resolve("config.json"));
        return JsonMapper.shared().readTree(config).at("/training/progress/step").asLong();
      } catch (java.nio.file.NoSuchFileException e) {
        if (!Files.exists(run)) {
          return 0;
        }
        // Replaced this moment.
      }
    }
    throw new IOException(run + " has no config.json");
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }
}
