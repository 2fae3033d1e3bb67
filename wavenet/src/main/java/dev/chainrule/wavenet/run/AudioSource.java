package dev.chainrule.wavenet.run;

/**
 * What a run's batches are cut from, as its checkpoint keeps it.
 *
 * @param source of the clips
 * @param cropLength samples in a crop
 */
public record AudioSource(WaveData.Source source, int cropLength) {
  public AudioSource {
    if (cropLength < 1) {
      throw new IllegalArgumentException("crop %d, expected 1 or more".formatted(cropLength));
    }
  }
}
