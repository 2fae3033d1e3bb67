package dev.chainrule.wavenet.run;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.wavenet.Quantization;
import dev.chainrule.wavenet.WaveNetConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model of audio is trained.
 *
 * @param clips how they are read
 * @param signal how samples become elements, and elements inputs
 * @param head how the network's output becomes a distribution
 * @param stack the dilated convolutions
 * @param condition labels that it is conditioned on, such as digit and speaker
 * @param mel whether it is conditioned on mel features too: a vocoder
 * @param cropLength samples in a crop
 * @param recipe batches, rates, length
 */
public record AudioTraining(
    Clips clips,
    WaveNetConfig.Signal signal,
    WaveNetConfig.Head head,
    WaveNetConfig.Stack stack,
    List<String> condition,
    boolean mel,
    int cropLength,
    Recipe recipe) {
  /**
   * How clips are read.
   *
   * @param sampleRate in Hz, that audio is brought to
   * @param trim decibels below which silence at the ends is cut; 0 for none
   * @param peak to which clips are scaled; 0 leaves them as they are
   * @param loudness decibels to which clips are scaled instead; null for none
   * @param labels pattern of file names; null for none
   * @param holdOut a label and its held-out values; null for every tenth file
   */
  public record Clips(
      int sampleRate,
      double trim,
      double peak,
      @Nullable Double loudness,
      @Nullable String labels,
      @Nullable String holdOut) {
    /** As they are but for their peak, every tenth held out. */
    public static Clips at(int sampleRate) {
      return new Clips(sampleRate, 0, 0.9, null, null, null);
    }

    WaveData.Source of(String data) {
      return WaveData.Source.of(data, sampleRate, trim, peak, loudness, labels, holdOut);
    }
  }

  public AudioTraining {
    condition = List.copyOf(condition);
  }

  /** 18 layers of 48 channels on mu-law codes at 8 kHz, 4,000 steps of 8 crops of 4,096 samples. */
  public static AudioTraining usual() {
    return new AudioTraining(
        Clips.at(8000),
        new WaveNetConfig.Signal(Quantization.MU_LAW, 256, true),
        WaveNetConfig.Head.softmax(),
        new WaveNetConfig.Stack(2, 9, 2, 48, 48, 128),
        List.of(),
        false,
        4096,
        new Recipe(
            8,
            new ScheduleConfig(ScheduleConfig.Kind.COSINE, 2e-3, 2e-3 / 20, 50),
            new AdamW.Config(0.9, 0.999, 1e-8, 0),
            new TrainConfig(
                1,
                TrainConfig.Limits.steps(4000),
                new TrainConfig.Cadence(10, 250, 250),
                1,
                1,
                1.0,
                0)));
  }

  /** Melodies and other simple sounds at 4 kHz: 9 layers of 32 channels, 1,200 steps. */
  public static AudioTraining notes() {
    AudioTraining usual = usual();
    return usual
        .withClips(Clips.at(4000))
        .withStack(new WaveNetConfig.Stack(1, 9, 2, 32, 32, 64))
        .withCropLength(1024)
        .withRecipe(usual.recipe.withBatchSize(4).withLearningRate(6e-3).withSteps(1200));
  }

  /** Clips read otherwise. */
  public AudioTraining withClips(Clips other) {
    return new AudioTraining(other, signal, head, stack, condition, mel, cropLength, recipe);
  }

  /** Other convolutions. */
  public AudioTraining withStack(WaveNetConfig.Stack other) {
    return new AudioTraining(clips, signal, head, other, condition, mel, cropLength, recipe);
  }

  /** Conditioned on these labels of the clips. */
  public AudioTraining withCondition(String... labels) {
    return new AudioTraining(clips, signal, head, stack, List.of(labels), mel, cropLength, recipe);
  }

  /** Other crops. */
  public AudioTraining withCropLength(int samples) {
    return new AudioTraining(clips, signal, head, stack, condition, mel, samples, recipe);
  }

  /** This many optimiser steps. */
  public AudioTraining withSteps(long steps) {
    return withRecipe(recipe.withSteps(steps));
  }

  /** Other random numbers. */
  public AudioTraining withSeed(long seed) {
    return withRecipe(recipe.withSeed(seed));
  }

  /** Other batches, rates or length. */
  public AudioTraining withRecipe(Recipe other) {
    return new AudioTraining(clips, signal, head, stack, condition, mel, cropLength, other);
  }
}
