package dev.chainrule.experiments.report;

import dev.chainrule.plot.Chart;
import dev.chainrule.wavenet.audio.AudioClip;
import java.util.List;

/** Something that a report shows, and writes as a file of its own for a paper. */
sealed interface Exhibit {
  /** What it is. */
  String title();

  /**
   * A chart.
   *
   * @param live whether a page lets one look around in it
   */
  record Drawing(Chart chart, boolean live) implements Exhibit {
    @Override
    public String title() {
      return chart.title();
    }
  }

  /**
   * A picture.
   *
   * @param png the file's bytes
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Picture(String title, byte[] png, int width, int height) implements Exhibit {}

  /**
   * A sound.
   *
   * @param wav the file's bytes
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Sound(String title, byte[] wav, AudioClip clip) implements Exhibit {}

  /** A text, whose tokens have probabilities where the model could be asked. */
  record Words(String title, List<Token> tokens) implements Exhibit {
    public Words {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * A piece of text.
   *
   * @param probability of it after all before it; NaN where it is not known
   */
  record Token(String text, double probability) {}

  /** A sentence in the place of what could not be shown. */
  record Note(String title, String sentence) implements Exhibit {}
}
