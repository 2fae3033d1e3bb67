package dev.chainrule.wavenet.audio;

import dev.chainrule.base.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a 16-bit PCM WAV file piece by piece. Its header is brought up to date after every piece,
 * so that the file can be played at any moment.
 */
public final class WavWriter implements AutoCloseable {
  private static final int HEADER = 44;

  private final FileChannel file;
  private final int sampleRate;
  private long samples;

  /** Creates the file, or empties it. */
  public WavWriter(Path path, int sampleRate) throws IOException {
    this.sampleRate = sampleRate;
    file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    writeHeader();
  }

  /** Writes a whole clip; the file takes its place when it is whole. */
  public static void write(Path path, AudioClip clip) throws IOException {
    try (AtomicFile.Draft draft = AtomicFile.draft(path)) {
      try (WavWriter writer = new WavWriter(draft.path(), clip.sampleRate())) {
        writer.append(clip.samples(), 0, clip.samples().length);
      }
      draft.commit();
    }
  }

  /** A whole file as bytes: 44, and 2 for each sample. */
  public static byte[] bytes(AudioClip clip) {
    float[] samples = clip.samples();
    ByteBuffer file = ByteBuffer.allocate(HEADER + 2 * samples.length);
    file.put(header(samples.length, clip.sampleRate()));
    file.put(encoded(samples, 0, samples.length));
    return file.array();
  }

  /** Appends samples; beyond -1 and 1 they are held there. */
  public void append(float[] values, int from, int count) throws IOException {
    ByteBuffer piece = encoded(values, from, count);
    // First the samples, then the length: what the header counts is always there.
    write(piece, HEADER + 2 * samples);
    samples += count;
    writeHeader();
  }

  private static ByteBuffer encoded(float[] values, int from, int count) {
    ByteBuffer piece = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < from + count; i++) {
      double scaled = Math.rint(32768.0 * values[i]);
      piece.putShort((short) Math.clamp(scaled, -32768.0, 32767.0));
    }
    return piece.flip();
  }

  private void writeHeader() throws IOException {
    write(header(samples, sampleRate), 0);
  }

  private static ByteBuffer header(long samples, int sampleRate) {
    int bytes = (int) Math.min(2 * samples, Integer.MAX_VALUE - HEADER);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + bytes);
    header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    header.putShort((short) 1).putShort((short) 1);
    header.putInt(sampleRate).putInt(2 * sampleRate).putShort((short) 2).putShort((short) 16);
    header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    return header.flip();
  }

  private void write(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += file.write(buffer, at);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
