package dev.chainrule.wavenet.audio;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads WAV files: PCM of 8, 16, 24 and 32 bits and float of 32 and 64, plain or extensible
 * headers, any number of channels, which are averaged. A data length of 0 or of the largest
 * numbers, as programs write it that do not know it yet, counts as up to the end.
 */
public final class WavReader {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;

  /** Data lengths from here on stand for an unknown one. */
  private static final long OPEN = 0x7FFFF000L;

  private final Path path;
  private final ByteBuffer bytes;
  private int format;
  private int channels;
  private int sampleRate;
  private int bits;

  private WavReader(Path path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a file; several channels become their mean.
   *
   * @throws InputException if it is no WAV file, cut off, or of another encoding
   */
  public static AudioClip read(Path path) throws IOException {
    return read(path, note -> {});
  }

  /**
   * Reads a file, and says where the result is not simply what it holds.
   *
   * @param notes gets a sentence if several channels became their mean
   * @throws InputException if it is no WAV file, cut off, or of another encoding
   */
  public static AudioClip read(Path path, Consumer<String> notes) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new InputException(path + ": no such file, expected a WAV file");
    }
    WavReader reader = new WavReader(path, ByteBuffer.wrap(Files.readAllBytes(path)));
    AudioClip clip = reader.read();
    if (reader.channels > 1) {
      notes.accept("%s: has %d channels, their mean is taken".formatted(path, reader.channels));
    }
    return clip;
  }

  private AudioClip read() {
    if (bytes.capacity() < 12 || !tag(0).equals("RIFF") || !tag(8).equals("WAVE")) {
      throw new InputException(
          path + ": begins with " + beginning() + ", expected a WAV file (RIFF ... WAVE)");
    }
    ByteBuffer data = null;
    for (long at = 12; at + 8 <= bytes.capacity() && data == null; ) {
      String tag = tag((int) at);
      long length = bytes.getInt((int) at + 4) & 0xFFFFFFFFL;
      long from = at + 8;
      if (tag.equals("fmt ")) {
        readFormat((int) from, length);
      } else if (tag.equals("data")) {
        data = data(from, length);
      }
      at = from + length + (length & 1);
    }
    if (data == null || format == 0) {
      throw new InputException(
          "%s: has no %s chunk within its %d bytes, expected a whole WAV file"
              .formatted(path, format == 0 ? "format" : "data", bytes.capacity()));
    }
    return decode(data);
  }

  private String beginning() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(4, bytes.capacity()); i++) {
      char c = (char) (bytes.get(i) & 0xFF);
      text.append(c >= ' ' && c < 127 ? c : '?');
    }
    return text.append('"').toString();
  }

  private String tag(int at) {
    byte[] four = new byte[4];
    bytes.get(at, four);
    return new String(four, StandardCharsets.ISO_8859_1);
  }

  private void readFormat(int from, long length) {
    if (from + 16 > bytes.capacity()) {
      throw new InputException(
          "%s: is cut off in its header after %d bytes".formatted(path, bytes.capacity()));
    }
    if (length < 16) {
      throw new InputException(
          "%s: has a format chunk of %d bytes, expected 16 or more".formatted(path, length));
    }
    format = bytes.getShort(from) & 0xFFFF;
    channels = bytes.getShort(from + 2) & 0xFFFF;
    sampleRate = bytes.getInt(from + 4);
    bits = bytes.getShort(from + 14) & 0xFFFF;
    if (format == EXTENSIBLE && length >= 26 && from + 26 <= bytes.capacity()) {
      format = bytes.getShort(from + 24) & 0xFFFF;
    }
    boolean known =
        (format == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32))
            || (format == FLOAT && (bits == 32 || bits == 64));
    if (!known || channels == 0 || sampleRate < 1) {
      throw new InputException(
          "%s: has encoding %d with %d bits, %d channels, %d Hz; expected PCM (1) of 8, 16, 24 or 32 bits or float (3) of 32 or 64"
              .formatted(path, format, bits, channels, sampleRate));
    }
  }

  private ByteBuffer data(long from, long length) {
    long left = bytes.capacity() - from;
    boolean open = length == 0 || length >= OPEN;
    if (!open && length > left) {
      throw new InputException(
          "%s: is cut off: %d bytes of data are there, expected the %d that its header states"
              .formatted(path, left, length));
    }
    return bytes.slice((int) from, (int) (open ? left : length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private AudioClip decode(ByteBuffer data) {
    int width = bits / 8;
    int frames = data.capacity() / (width * channels);
    float[] samples = new float[frames];
    for (int f = 0; f < frames; f++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += sample(data, (f * channels + c) * width);
      }
      double mean = sum / channels;
      if (!Double.isFinite(mean)) {
        throw new InputException(
            "%s: sample %d is %s, expected a finite number".formatted(path, f, mean));
      }
      samples[f] = (float) mean;
    }
    return new AudioClip(sampleRate, samples);
  }

  private double sample(ByteBuffer data, int at) {
    if (format == FLOAT) {
      return bits == 32 ? data.getFloat(at) : data.getDouble(at);
    }
    return switch (bits) {
      case 8 -> ((data.get(at) & 0xFF) - 128) / 128.0;
      case 16 -> data.getShort(at) / 32768.0;
      case 24 -> ((data.getShort(at) & 0xFFFF) | (data.get(at + 2) << 16)) / 8388608.0;
      default -> data.getInt(at) / 2147483648.0;
    };
  }
}
