package dev.chainrule.wavenet.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavTest {
  @TempDir Path folder;

  private Path file(int format, int channels, int bits, ByteBuffer data, boolean extensible)
      throws IOException {
    int formatBytes = extensible ? 40 : 16;
    ByteBuffer b =
        ByteBuffer.allocate(12 + 10 + 8 + formatBytes + 8 + data.capacity())
            .order(ByteOrder.LITTLE_ENDIAN);
    b.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(b.capacity() - 8);
    b.put("WAVE".getBytes(StandardCharsets.US_ASCII));
    // A chunk that nobody knows, of odd length and thus padded.
    b.put("junk".getBytes(StandardCharsets.US_ASCII)).putInt(1).put((byte) 1).put((byte) 0);
    b.put("fmt ".getBytes(StandardCharsets.US_ASCII)).putInt(formatBytes);
    int from = b.position();
    b.putShort((short) (extensible ? 0xFFFE : format)).putShort((short) channels).putInt(8000);
    b.putInt(8000 * channels * bits / 8).putShort((short) (channels * bits / 8));
    b.putShort((short) bits);
    if (extensible) {
      b.putShort((short) 22).putShort((short) bits).putInt(0).putShort((short) format);
      b.put(HexFormat.of().parseHex("000000001000800000aa00389b71"));
    }
    b.position(from + formatBytes);
    b.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(data.capacity()).put(data.rewind());
    Path path = folder.resolve("a.wav");
    Files.write(path, b.array());
    return path;
  }

  private static ByteBuffer data(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void readsEveryWidth() throws IOException {
    Path path = file(1, 1, 8, data(2).put((byte) 0).put((byte) 192), false);
    assertThat(WavReader.read(path).samples()).containsExactly(-1f, 0.5f);
    path = file(1, 1, 16, data(4).putShort((short) -32768).putShort((short) 16384), true);
    assertThat(WavReader.read(path).samples()).containsExactly(-1f, 0.5f);
    byte[] wide = {0, 0, (byte) 0x80, 0, 0, 0x40};
    assertThat(WavReader.read(file(1, 1, 24, data(6).put(wide), false)).samples())
        .containsExactly(-1f, 0.5f);
    path = file(1, 1, 32, data(8).putInt(Integer.MIN_VALUE).putInt(1 << 30), false);
    assertThat(WavReader.read(path).samples()).containsExactly(-1f, 0.5f);
    path = file(3, 1, 32, data(8).putFloat(-1).putFloat(0.5f), true);
    assertThat(WavReader.read(path).samples()).containsExactly(-1f, 0.5f);
    path = file(3, 1, 64, data(16).putDouble(-1).putDouble(0.5), false);
    assertThat(WavReader.read(path).samples()).containsExactly(-1f, 0.5f);
  }

  private static byte[] header(int format, int bits, int width, int dataBytes) {
    ByteBuffer b = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    b.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(-1);
    b.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    b.putShort((short) format).putShort((short) 1).putInt(8000).putInt(8000 * width);
    b.putShort((short) width).putShort((short) bits);
    return b.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(dataBytes).array();
  }

  private Path bytes(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return Files.write(folder.resolve("made.wav"), out.toByteArray());
  }

  /** As soundfile 0.13 and scipy 1.16 read them. */
  @Test
  void bitsStandAtTheUpperEndOfTheirContainer() throws IOException {
    byte[] two = {0, 0, 0, (byte) 0x80, 0, 0x56, 0x34, 0x12};
    assertThat(WavReader.read(bytes(header(1, 24, 4, 8), two)).samples())
        .containsExactly(-1f, 0x123456 / 8388608f);
    byte[] twelve = {0, (byte) 0x80, 0x30, 0x12};
    assertThat(WavReader.read(bytes(header(1, 12, 2, 4), twelve)).samples())
        .containsExactly(-1f, 0x123 / 2048f);
    Path narrow = bytes(header(1, 24, 2, 4), twelve);
    assertThatThrownBy(() -> WavReader.read(narrow))
        .hasMessageContaining("encoding 1 with 24 bits, 1 channels in 2 bytes");
  }

  @Test
  void chunksAfterEmptyDataAreNoSamples() throws IOException {
    byte[] list = {'L', 'I', 'S', 'T', 3, 0, 0, 0, 'a', 'b', 'c', 0};
    assertThat(WavReader.read(bytes(header(1, 16, 2, 0), list)).samples()).isEmpty();
    byte[] unpadded = Arrays.copyOf(list, 11);
    assertThat(WavReader.read(bytes(header(1, 16, 2, 0), unpadded)).samples()).isEmpty();
    byte[] sound = {'L', 'I', 'S', 'T', 3, 0, 0, 1, 'a', 'b', 'c', 0};
    assertThat(WavReader.read(bytes(header(1, 16, 2, 0), sound)).samples()).hasSize(6);
  }

  @Test
  void numbersBeyondSinglePrecisionAreRefused() throws IOException {
    Path path = bytes(header(3, 64, 8, 8), data(8).putDouble(1e300).array());
    assertThatThrownBy(() -> WavReader.read(path))
        .isInstanceOf(InputException.class)
        .hasMessage(path + ": sample 0 is 1.0E300, expected a finite number of single precision");
  }

  @Test
  void ratesTooFarApartAreRefused() {
    AudioClip slow = new AudioClip(1, new float[270_000]);
    assertThatThrownBy(() -> Resampler.toRate(slow, 8000, "a.wav"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("a.wav: conversion from 1 to 8000 Hz");
    AudioClip fast = new AudioClip(1_600_000, new float[10]);
    assertThatThrownBy(() -> Resampler.toRate(fast, 16_000, "a.wav"))
        .hasMessageStartingWith("a.wav: conversion from 1600000 to 16000 Hz");
    assertThat(Resampler.toRate(new AudioClip(1_599_999, new float[200]), 16_000, "a").samples())
        .hasSize(3);
  }

  /** Weights are kept where a clip is long enough; both ways give the same samples. */
  @Test
  void shortAndLongClipsAreResampledAlike() {
    AudioClip clip = sine(44_100, 440, 0.5, 0.8);
    float[] whole = new Resampler(44_100, 16_000).apply(clip).samples();
    AudioClip begin = new AudioClip(44_100, Arrays.copyOf(clip.samples(), 2000));
    float[] some = new Resampler(44_100, 16_000).apply(begin).samples();
    assertThat(whole.length).isGreaterThan(8 * 160);
    assertThat(some.length).isLessThan(8 * 160);
    assertThat(Arrays.copyOf(some, 600)).isEqualTo(Arrays.copyOf(whole, 600));
  }

  @Test
  void severalChannelsBecomeTheirMean() throws IOException {
    ByteBuffer stereo = data(8).putShort((short) 16384).putShort((short) 0);
    stereo.putShort((short) -32768).putShort((short) -32768);
    assertThat(WavReader.read(file(1, 2, 16, stereo, false)).samples()).containsExactly(0.25f, -1f);
    List<String> notes = new ArrayList<>();
    Path path = file(1, 2, 16, stereo, false);
    WavReader.read(path, notes::add);
    assertThat(notes).containsExactly(path + ": has 2 channels, their mean is taken");
  }

  @Test
  void whatIsWrittenIsReadAgainAtAnyMoment() throws IOException {
    Path path = folder.resolve("b.wav");
    float[] samples = {0, 0.5f, -0.25f, 3f, -1f};
    try (WavWriter writer = new WavWriter(path, 16000)) {
      assertThat(WavReader.read(path).samples()).isEmpty();
      writer.append(samples, 0, 2);
      assertThat(WavReader.read(path).samples()).containsExactly(0f, 0.5f);
      writer.append(samples, 2, 3);
    }
    assertThat(WavReader.read(path)).extracting(AudioClip::sampleRate).isEqualTo(16000);
    assertThat(WavReader.read(path).samples())
        .containsExactly(0f, 0.5f, -0.25f, 32767 / 32768f, -1f);
  }

  @Test
  void aFileCutOffInItsDataIsRefused() throws IOException {
    Path path = file(1, 1, 16, data(8).putShort((short) 16384), false);
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(bytes, bytes.length - 5));
    assertThatThrownBy(() -> WavReader.read(path))
        .isInstanceOf(InputException.class)
        .hasMessage(
            path
                + ": is cut off: 3 bytes of data are there,"
                + " expected the 8 that its header states");
  }

  @Test
  void aLengthThatWasNotKnownCountsAsUpToTheEnd() throws IOException {
    Path path = file(1, 1, 16, data(4).putShort((short) 16384), false);
    byte[] bytes = Files.readAllBytes(path);
    int at = bytes.length - 4 - 4;
    for (int length : new int[] {0, -1, 0x7FFFF000}) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, length);
      Files.write(path, bytes);
      assertThat(WavReader.read(path).samples()).containsExactly(0.5f, 0f);
    }
  }

  @Test
  void otherFilesAreRefusedWithOneSentence() throws IOException {
    Path path = folder.resolve("c.wav");
    Files.writeString(path, "MP3 something else");
    assertThatThrownBy(() -> WavReader.read(path))
        .isInstanceOf(InputException.class)
        .hasMessage(path + ": begins with \"MP3 \", expected a WAV file (RIFF ... WAVE)");
    byte[] whole = Files.readAllBytes(file(1, 1, 16, data(2), false));
    Files.write(path, Arrays.copyOf(whole, 40));
    assertThatThrownBy(() -> WavReader.read(path))
        .hasMessage(path + ": is cut off in its header after 40 bytes");
    Files.write(path, Arrays.copyOf(whole, 48));
    assertThatThrownBy(() -> WavReader.read(path)).hasMessageContaining("has no data chunk");
    Files.delete(path);
    assertThatThrownBy(() -> WavReader.read(path)).hasMessageContaining("no such file");
    Path alaw = file(6, 1, 8, data(2), false);
    assertThatThrownBy(() -> WavReader.read(alaw)).hasMessageContaining("encoding 6 with 8 bits");
    Path nan = file(3, 1, 32, data(8).putFloat(0).putFloat(Float.NaN), false);
    assertThatThrownBy(() -> WavReader.read(nan)).hasMessageContaining("sample 1 is NaN");
  }

  /** What readers of other programs have fallen over: a format of no bytes, and far too many. */
  @Test
  void formatsOfNoAndOfFarTooManyBytesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file(1, 1, 16, data(2), false));
    // Its length stands after RIFF, WAVE, a chunk of 10 bytes and the name.
    byte[] none = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(26, 0).array();
    Path empty = Files.write(folder.resolve("empty.wav"), none);
    assertThatThrownBy(() -> WavReader.read(empty))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(empty + ": ")
        .hasMessageContaining("format");
    Path adpcm = file(2, 50_000, 50_000, data(64), false);
    assertThatThrownBy(() -> WavReader.read(adpcm))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has encoding 2 with 50000 bits, 50000 channels");
    Path pcm = file(1, 50_000, 16, data(64), false);
    assertThatThrownBy(() -> WavReader.read(pcm))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(pcm + ": ");
  }

  private static AudioClip sine(int rate, double hertz, double seconds, double gain) {
    float[] samples = new float[(int) (rate * seconds)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (gain * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return new AudioClip(rate, samples);
  }

  @Test
  void resamplingKeepsWhatFitsAndRemovesWhatDoesNot() {
    AudioClip low = new Resampler(44100, 16000).apply(sine(44100, 1000, 0.5, 0.8));
    AudioClip expected = sine(16000, 1000, 0.5, 0.8);
    assertThat(low.samples()).hasSize(8000);
    for (int i = 200; i < 7800; i++) {
      assertThat(low.samples()[i]).isCloseTo(expected.samples()[i], within(2e-4f));
    }
    AudioClip high = new Resampler(16000, 8000).apply(sine(16000, 6000, 0.5, 0.8));
    for (int i = 200; i < 3800; i++) {
      assertThat(high.samples()[i]).isCloseTo(0f, within(2e-4f));
    }
  }

  @Test
  void trimmingCutsSilenceAtTheEndsOnly() {
    float[] samples = new float[8000];
    AudioClip tone = sine(8000, 440, 0.25, 0.5);
    System.arraycopy(tone.samples(), 0, samples, 1000, 2000);
    System.arraycopy(tone.samples(), 0, samples, 4000, 2000);
    AudioClip trimmed = new AudioClip(8000, samples).trimmed(-40);
    assertThat(trimmed.samples().length).isBetween(5000, 5100);
    assertThat(trimmed.withPeak(0.9).peak()).isCloseTo(0.9f, within(1e-6f));
    assertThat(tone.withLoudness(-20).rms()).isCloseTo(0.1, within(1e-6));
    assertThat(new AudioClip(8000, new float[100]).trimmed(-40).withPeak(1).peak()).isZero();
  }

  @Test
  void aSineStandsInItsBandOfTheSpectrum() {
    double[][] power = new Spectrogram(256, 64).power(sine(8000, 1000, 0.2, 1).samples());
    assertThat(power).hasNumberOfRows(25);
    assertThat(power[10][32]).isCloseTo(1, within(0.01));
    assertThat(power[10][60]).isLessThan(1e-6);
    assertThat(new MelFeatures(MelFeatures.Config.of(8000)).of(new float[640]).toFloats())
        .hasSize(10 * 40)
        .containsOnly(-1f);
  }
}
