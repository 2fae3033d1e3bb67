package dev.chainrule.experiments.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChordSoundTest {
  private static final List<List<Integer>> STEPS =
      List.of(List.of(67, 60), List.of(67, 62), List.of(), List.of(67));

  @TempDir Path folder;

  @Test
  void aPitchThatGoesOnIsOneNote() throws Exception {
    Sequence sequence = MidiSystem.getSequence(new ByteArrayInputStream(ChordSound.midi(STEPS, 4)));
    List<String> notes = new ArrayList<>();
    Track track = sequence.getTracks()[0];
    for (int i = 0; i < track.size(); i++) {
      if (track.get(i).getMessage() instanceof ShortMessage message
          && message.getCommand() != ShortMessage.PROGRAM_CHANGE) {
        notes.add(
            "%s %d at %d"
                .formatted(
                    message.getCommand() == ShortMessage.NOTE_ON ? "on" : "off",
                    message.getData1(),
                    track.get(i).getTick()));
      }
    }
    assertThat(notes)
        .containsExactlyInAnyOrder(
            "on 67 at 0",
            "on 60 at 0",
            "off 60 at 120",
            "on 62 at 120",
            "off 62 at 240",
            "off 67 at 240",
            "on 67 at 360",
            "off 67 at 480");
    assertThat(sequence.getMicrosecondLength()).isEqualTo(600_000);
  }

  @Test
  void itCanBeHeardWithoutASoundCard() throws Exception {
    Path file = folder.resolve("a.wav");
    ChordSound.write(file, ChordSound.midi(STEPS, 1));
    try (AudioInputStream sound = AudioSystem.getAudioInputStream(file.toFile())) {
      int channels = sound.getFormat().getChannels();
      byte[] bytes = sound.readAllBytes();
      double seconds = bytes.length / (2.0 * channels) / sound.getFormat().getSampleRate();
      assertThat(seconds).isBetween(2.4, 10.0);
      int loudest = 0;
      for (int i = 0; i + 1 < bytes.length; i += 2) {
        loudest = Math.max(loudest, Math.abs((short) ((bytes[i + 1] << 8) | (bytes[i] & 0xFF))));
      }
      assertThat(loudest).isGreaterThan(1000);
    }
  }
}
