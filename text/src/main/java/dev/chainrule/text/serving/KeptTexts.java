package dev.chainrule.text.serving;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file of texts with their keys and values, all big-endian: {@code CRKEPT01}, the model's
 * SHA-256, int32 floats a token F, int32 texts; of each text int32 tokens N, int32 ids [N], float32
 * [N, F]; then the CRC32C of all before as int64.
 *
 * @param model SHA-256 of the weights that computed them
 * @param stateSize floats of a token
 * @param vocabSize ids are below it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeptTexts(byte[] model, int stateSize, int vocabSize) {
  private static final byte[] MAGIC = "CRKEPT01".getBytes(StandardCharsets.US_ASCII);
  private static final int SHA_BYTES = 32;
  private static final int BUFFER = 1 << 16;

  /** Takes what is read. */
  interface Taker {
    /** A text of so many tokens begins. */
    void begin(int tokens);

    /**
     * Its next token.
     *
     * @param state overwritten by the next
     */
    void token(int id, float[] state);
  }

  /** Gives the state of a token. */
  @FunctionalInterface
  interface Source {
    /**
     * Copies it.
     *
     * @param text number of the text
     * @param state written
     */
    void read(int text, int position, float[] state);
  }

  void write(Path file, List<int[]> texts, Source source) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          CheckedOutputStream checked =
              new CheckedOutputStream(
                  new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER),
                  new CRC32C());
          DataOutputStream out = new DataOutputStream(checked);
          out.write(MAGIC);
          out.write(model);
          out.writeInt(stateSize);
          out.writeInt(texts.size());
          for (int i = 0; i < texts.size(); i++) {
            write(out, texts.get(i), i, source);
          }
          out.writeLong(checked.getChecksum().getValue());
          out.flush();
        });
  }

  private void write(DataOutputStream out, int[] ids, int text, Source source) throws IOException {
    out.writeInt(ids.length);
    for (int id : ids) {
      out.writeInt(id);
    }
    float[] state = new float[stateSize];
    ByteBuffer bytes = ByteBuffer.allocate(4 * stateSize);
    for (int position = 0; position < ids.length; position++) {
      source.read(text, position, state);
      bytes.asFloatBuffer().put(state);
      out.write(bytes.array());
    }
  }

  /**
   * Reads a file.
   *
   * @throws InputException if it is damaged, or from another model; what was taken until then is
   *     then of no use
   */
  void read(Path file, Taker taker) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      read(in, Files.size(file), file.toString(), taker);
    }
  }

  /**
   * The same of so many bytes.
   *
   * @param origin where they are from, for messages
   */
  void read(InputStream bytes, long size, String origin, Taker taker) throws IOException {
    CheckedInputStream checked =
        new CheckedInputStream(new BufferedInputStream(bytes, BUFFER), new CRC32C());
    DataInputStream in = new DataInputStream(checked);
    try {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw new InputException(origin + ": begins otherwise than kept texts do, expected some");
      }
      boolean same = Arrays.equals(in.readNBytes(SHA_BYTES), model);
      int floats = in.readInt();
      if (!same || floats != stateSize) {
        throw new InputException(
            origin + ": was kept from another model, expected the one that is served");
      }
      int texts = in.readInt();
      long left = size - MAGIC.length - SHA_BYTES - 8 - 8;
      for (int i = 0; i < texts; i++) {
        left -= text(in, left, origin, taker);
      }
      long sum = checked.getChecksum().getValue();
      if (texts < 0 || left != 0 || in.readLong() != sum) {
        throw damaged(origin);
      }
    } catch (EOFException e) {
      throw damaged(origin);
    }
  }

  private static InputException damaged(String origin) {
    return new InputException(origin + ": is damaged, expected kept texts as they were written");
  }

  /** Reads a text; returns how many bytes it has. */
  private long text(DataInputStream in, long left, String origin, Taker taker) throws IOException {
    long tokens = in.readInt();
    long bytes = 4 + tokens * 4 * (1L + stateSize);
    if (tokens < 1 || bytes > left) {
      throw damaged(origin);
    }
    int[] ids = new int[(int) tokens];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = in.readInt();
      if (ids[i] < 0 || ids[i] >= vocabSize) {
        throw damaged(origin);
      }
    }
    taker.begin(ids.length);
    float[] state = new float[stateSize];
    byte[] buffer = new byte[4 * stateSize];
    for (int id : ids) {
      in.readFully(buffer);
      ByteBuffer.wrap(buffer).asFloatBuffer().get(state);
      taker.token(id, state);
    }
    return bytes;
  }
}
