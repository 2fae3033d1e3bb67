package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Music of several voices as a line of text: for each time step the pitches that sound, from high
 * to low, each the character of its MIDI number (60, the middle C, is {@code <}), and a space. A
 * set of pitches is written in one way only, so that the likelihood of the text is one of the
 * music.
 */
public final class ChordText {
  private static final int LOWEST = 33;
  private static final int HIGHEST = 126;
  private static final int MAX_VOICES = 16;

  private ChordText() {}

  /**
   * The pieces of a part of a JSON object of parts; a part is a list of pieces, a piece one of time
   * steps, a time step one of MIDI numbers.
   *
   * @param part such as {@code train}
   * @return a line for each piece
   * @throws InputException if there is no such part or it holds something else
   */
  public static List<String> read(Path file, String part) throws IOException {
    return parse(Json.read(file, JsonNode.class), file.toString(), part);
  }

  static List<String> parse(JsonNode parts, String origin, String part) {
    JsonNode pieces = parts.path(part);
    if (!pieces.isArray() || pieces.isEmpty()) {
      throw new InputException(
          "%s: has no part %s, expected a list of pieces; it has %s"
              .formatted(origin, part, String.join(", ", parts.propertyNames())));
    }
    List<String> lines = new ArrayList<>();
    for (int n = 0; n < pieces.size(); n++) {
      lines.add(line(pieces.get(n), "%s: piece %d of %s".formatted(origin, n, part)));
    }
    return lines;
  }

  /**
   * A piece in other keys, up to so many half tones up and down, those left out in which a pitch
   * would be no MIDI number that is written here.
   *
   * @param line as {@link #read} gives it
   * @return the piece itself first
   */
  public static List<String> transposed(String line, int halfTones) {
    List<String> all = new ArrayList<>(List.of(line));
    int[] pitches = line.chars().filter(c -> c != ' ').toArray();
    int lowest = IntStream.of(pitches).min().orElse(LOWEST);
    int highest = IntStream.of(pitches).max().orElse(HIGHEST);
    for (int by = -halfTones; by <= halfTones; by++) {
      if (by != 0 && lowest + by >= LOWEST && highest + by <= HIGHEST) {
        int up = by;
        StringBuilder moved = new StringBuilder();
        line.chars().forEach(c -> moved.append((char) (c == ' ' ? c : c + up)));
        all.add(moved.toString());
      }
    }
    return all;
  }

  private static String line(JsonNode piece, String where) {
    if (!piece.isArray() || piece.isEmpty()) {
      throw new InputException(where + " is no list of time steps, expected some");
    }
    StringBuilder line = new StringBuilder();
    for (int t = 0; t < piece.size(); t++) {
      JsonNode chord = piece.get(t);
      if (!chord.isArray() || chord.size() > MAX_VOICES) {
        throw new InputException(
            "%s: time step %d is no list of at most %d pitches".formatted(where, t, MAX_VOICES));
      }
      TreeSet<Integer> pitches = new TreeSet<>();
      for (JsonNode pitch : chord) {
        int number = pitch.isIntegralNumber() ? pitch.asInt(-1) : -1;
        if (number < LOWEST || number > HIGHEST) {
          throw new InputException(
              "%s: has pitch %s at time step %d, expected a MIDI number from %d to %d"
                  .formatted(where, pitch, t, LOWEST, HIGHEST));
        }
        pitches.add(number);
      }
      pitches.descendingSet().forEach(number -> line.append((char) number.intValue()));
      line.append(' ');
    }
    return line.toString();
  }

  /** Number of time steps of a line. */
  public static int countSteps(String line) {
    return (int) line.chars().filter(c -> c == ' ').count();
  }

  /**
   * The pitches of each time step; what stands after the last space, if anything, is no whole step.
   *
   * @throws InputException if a character is no pitch
   */
  public static List<List<Integer>> steps(String line) {
    List<List<Integer>> steps = new ArrayList<>();
    List<Integer> chord = new ArrayList<>();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == ' ') {
        steps.add(List.copyOf(chord));
        chord.clear();
      } else if (c < LOWEST || c > HIGHEST) {
        throw new InputException(
            "character %d is U+%04X, expected a pitch (U+%04X to U+%04X) or a space"
                .formatted(i + 1, (int) c, LOWEST, HIGHEST));
      } else {
        chord.add((int) c);
      }
    }
    return steps;
  }
}
