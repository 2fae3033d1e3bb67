package dev.chainrule.text.run;

import java.nio.file.Path;

/**
 * Where a run's text comes from, as its checkpoint keeps it.
 *
 * @param data file, folder or known name, as given
 * @param glob which files of a folder
 * @param validationFraction how much of the end of the text is held out
 */
public record TextData(String data, String glob, double validationFraction) {
  public TextData {
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validation_fraction %s, expected at least 0 and less than 1"
              .formatted(validationFraction));
    }
  }

  /** Whether this is the text that a user names so, who may write a path in another way. */
  public boolean isOf(String other) {
    return data.equals(other) || absolute(data).equals(absolute(other));
  }

  private static Path absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize();
  }
}
