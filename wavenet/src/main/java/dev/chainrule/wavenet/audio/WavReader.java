package dev.chainrule.wavenet.audio;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Reads WAV files: PCM in containers of 1 to 4 bytes and float of 32 and 64 bits, plain or
 * extensible headers, any number of channels, which are averaged. Fewer bits than the container
 * holds (24 in 4 bytes) stand at its upper end, as the format has it, so that a sample's value does
 * not depend on them. A data length of the largest numbers, as programs write it that do not know
 * it yet, counts as up to the end; so does 0, unless only chunks follow.
 *
 * <p>A file of n bytes takes up to 5n bytes of memory: itself, and 4 for each sample of 8 bits.
 */
public final class WavReader {
  private static final int MAX_BYTES = 1 << 30;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;

  /** Data lengths from here on stand for an unknown one. */
  private static final long OPEN = 0x7FFFF000L;

  /** The end of the name of every extensible encoding, after its number. */
  private static final byte[] ENCODING_NAME =
      HexFormat.of().parseHex("000000001000800000aa00389b71");

  private static final int EXTENSIBLE_BYTES = 40;

  private final String path;
  private final ByteBuffer bytes;
  private int format;
  private int channels;
  private int sampleRate;
  private int bits;

  /** Bytes of one sample of one channel. */
  private int width;

  private WavReader(String path, ByteBuffer bytes) {
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
    if (Files.size(path) > MAX_BYTES) {
      throw new InputException(
          "%s: has %d bytes, expected at most %d".formatted(path, Files.size(path), MAX_BYTES));
    }
    return read(path.toString(), Files.readAllBytes(path), notes);
  }

  static AudioClip read(String path, byte[] content, Consumer<String> notes) {
    WavReader reader = new WavReader(path, ByteBuffer.wrap(content));
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
    int blockBytes = bytes.getShort(from + 12) & 0xFFFF;
    bits = bytes.getShort(from + 14) & 0xFFFF;
    if (format == EXTENSIBLE) {
      format = extensible(from, length);
    }
    width = channels == 0 ? 0 : blockBytes / channels;
    boolean known =
        (format == PCM && width >= 1 && width <= 4 && bits >= 1 && bits <= 8 * width)
            || (format == FLOAT && (bits == 32 || bits == 64) && bits == 8 * width);
    if (!known || blockBytes != width * channels || sampleRate < 1) {
      throw new InputException(
          ("%s: has encoding %d with %d bits, %d channels in %d bytes, %d Hz; expected PCM (1) of 1"
                  + " to 32 bits or float (3) of 32 or 64, in as many bytes as they need or more")
              .formatted(
                  path, format, bits, channels, blockBytes, Integer.toUnsignedLong(sampleRate)));
    }
  }

  /** The encoding that an extensible header names. */
  private int extensible(int from, long length) {
    if (length < EXTENSIBLE_BYTES || from + EXTENSIBLE_BYTES > bytes.capacity()) {
      throw new InputException(
          "%s: has an extensible format chunk of %d bytes, expected 40 or more"
              .formatted(path, Math.min(length, bytes.capacity() - from)));
    }
    byte[] name = new byte[ENCODING_NAME.length];
    bytes.get(from + 26, name);
    if (!Arrays.equals(name, ENCODING_NAME)) {
      throw new InputException(
          "%s: has an encoding named by ...%s, expected PCM or float, which end in %s"
              .formatted(
                  path, HexFormat.of().formatHex(name), HexFormat.of().formatHex(ENCODING_NAME)));
    }
    return bytes.getShort(from + 24) & 0xFFFF;
  }

  private ByteBuffer data(long from, long length) {
    long left = bytes.capacity() - from;
    boolean open = length == 0 ? !onlyChunks(from) : length >= OPEN;
    if (!open && length > left) {
      throw new InputException(
          "%s: is cut off: %d bytes of data are there, expected the %d that its header states"
              .formatted(path, left, length));
    }
    return bytes.slice((int) from, (int) (open ? left : length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Whether the rest of the file is a row of chunks: whole ones, or at least one if the header
   * knows how long the file is.
   */
  private boolean onlyChunks(long from) {
    boolean finished = (bytes.getInt(4) & 0xFFFFFFFFL) + 8 == bytes.capacity();
    long at = from;
    while (at + 8 <= bytes.capacity()) {
      for (int i = 0; i < 4; i++) {
        byte c = bytes.get((int) at + i);
        if (c < ' ' || c > '~') {
          return false;
        }
      }
      if (finished) {
        return true;
      }
      long length = bytes.getInt((int) at + 4) & 0xFFFFFFFFL;
      at += 8 + length + (length & 1);
    }
    // A last chunk of odd length may lack its padding.
    return at == bytes.capacity() || at == bytes.capacity() + 1L;
  }

  private AudioClip decode(ByteBuffer data) {
    int frames = data.capacity() / (width * channels);
    float[] samples = new float[frames];
    for (int f = 0; f < frames; f++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += sample(data, (f * channels + c) * width);
      }
      double mean = sum / channels;
      if (!Float.isFinite((float) mean)) {
        throw new InputException(
            "%s: sample %d is %s, expected a finite number of single precision"
                .formatted(path, f, mean));
      }
      samples[f] = (float) mean;
    }
    return new AudioClip(sampleRate, samples);
  }

  private double sample(ByteBuffer data, int at) {
    if (format == FLOAT) {
      return bits == 32 ? data.getFloat(at) : data.getDouble(at);
    }
    return switch (width) {
      case 1 -> ((data.get(at) & 0xFF) - 128) / 128.0;
      case 2 -> data.getShort(at) / 32768.0;
      case 3 -> ((data.getShort(at) & 0xFFFF) | (data.get(at + 2) << 16)) / 8388608.0;
      default -> data.getInt(at) / 2147483648.0;
    };
  }
}
