package dev.chainrule.experiments.text;

import dev.chainrule.base.io.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Music of time steps as a MIDI file, and as sound by Java's own synthesizer, which needs no sound
 * card. A pitch that sounds in several steps one after the other is one note.
 */
final class ChordSound {
  private static final int ORGAN = 19;
  private static final int VELOCITY = 80;
  private static final int TICKS_PER_QUARTER = 480;
  private static final int TEMPO = 0x51;
  private static final int MICROSECONDS_PER_QUARTER = 600_000;

  private ChordSound() {}

  /**
   * As a MIDI file.
   *
   * @param stepsPerQuarter time steps to a quarter note, a divisor of 480
   */
  static byte[] midi(List<List<Integer>> steps, int stepsPerQuarter) {
    try {
      Sequence sequence = new Sequence(Sequence.PPQ, TICKS_PER_QUARTER);
      Track track = sequence.createTrack();
      int tempo = MICROSECONDS_PER_QUARTER;
      byte[] bytes = {(byte) (tempo >> 16), (byte) (tempo >> 8), (byte) tempo};
      track.add(new MidiEvent(new MetaMessage(TEMPO, bytes, bytes.length), 0));
      track.add(new MidiEvent(new ShortMessage(ShortMessage.PROGRAM_CHANGE, 0, ORGAN, 0), 0));
      Set<Integer> sounding = new HashSet<>();
      long tick = 0;
      for (List<Integer> chord : steps) {
        change(track, sounding, new HashSet<>(chord), tick);
        tick += TICKS_PER_QUARTER / stepsPerQuarter;
      }
      change(track, sounding, Set.of(), tick);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      MidiSystem.write(sequence, 0, out);
      return out.toByteArray();
    } catch (InvalidMidiDataException | IOException e) {
      throw new IllegalStateException("notes that MIDI does not know", e);
    }
  }

  private static void change(Track track, Set<Integer> sounding, Set<Integer> next, long tick)
      throws InvalidMidiDataException {
    for (int pitch : List.copyOf(sounding)) {
      if (!next.contains(pitch)) {
        track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_OFF, 0, pitch, 0), tick));
        sounding.remove(pitch);
      }
    }
    for (int pitch : next) {
      if (sounding.add(pitch)) {
        track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, 0, pitch, VELOCITY), tick));
      }
    }
  }

  /** Writes a file: sound if its name ends with {@code .wav}, else MIDI. */
  static void write(Path path, byte[] midi) throws IOException {
    try (AtomicFile.Draft draft = AtomicFile.draft(path)) {
      if (path.toString().endsWith(".wav")) {
        try (AudioInputStream sound =
            AudioSystem.getAudioInputStream(new ByteArrayInputStream(midi))) {
          AudioSystem.write(sound, AudioFileFormat.Type.WAVE, draft.path().toFile());
        } catch (UnsupportedAudioFileException e) {
          throw new IOException("this Java has no synthesizer for MIDI files (java.desktop)", e);
        }
      } else {
        Files.write(draft.path(), midi);
      }
      draft.commit();
    }
  }
}
