package dev.chainrule.wavenet.audio;

import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class WavFuzzTest {
  private static final int[] FORMATS = {1, 3, 0xFFFE, 2, 6, 17};
  private static final int[] RATES = {8000, 16000, 44100, 1, 3, 2_000_003, 99_991, 161, -1, 0};
  private static final int[] BITS = {8, 16, 24, 32, 64, 12, 20, 0, 1, 33};
  private static final int[] LENGTHS = {0, -1, 0x7FFFF000, Integer.MAX_VALUE, Integer.MIN_VALUE, 1};
  private static final String[] TAGS = {"LIST", "junk", "fact", "id3 ", "data", "fmt ", "\0\0\0\0"};

  /** Chunks in any number and order, with true lengths and wrong ones. */
  private static byte[] file(RandomGenerator random) {
    ByteBuffer b = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    tag(b, random.nextInt(50) == 0 ? "RIFX" : "RIFF").putInt(random.nextInt(3) == 0 ? -1 : 0);
    tag(b, "WAVE");
    for (int n = random.nextInt(3); n > 0; n--) {
      chunk(b, random);
    }
    format(b, random);
    for (int n = random.nextInt(8) / 6; n > 0; n--) {
      chunk(b, random);
    }
    int bytes = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(200);
    tag(b, "data").putInt(length(bytes, random));
    content(b, bytes, random);
    for (int n = random.nextInt(3); n > 0; n--) {
      chunk(b, random);
    }
    byte[] file = new byte[b.position()];
    b.flip().get(file);
    if (random.nextBoolean()) {
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, file.length - 8);
    }
    return random.nextInt(4) == 0 ? Mutations.bytes(file, random) : file;
  }

  private static void format(ByteBuffer b, RandomGenerator random) {
    int format = FORMATS[random.nextInt(random.nextInt(4) == 0 ? FORMATS.length : 3)];
    int bits = BITS[random.nextInt(random.nextInt(4) == 0 ? BITS.length : 5)];
    int channels = random.nextInt(8) == 0 ? random.nextInt(65536) : 1 + random.nextInt(3);
    int width = random.nextInt(4) == 0 ? random.nextInt(9) : (bits + 7) / 8;
    int size = format == 0xFFFE ? 40 : random.nextInt(4) == 0 ? 18 : 16;
    tag(b, "fmt ").putInt(random.nextInt(10) == 0 ? random.nextInt(50) : size);
    int end = b.position() + size;
    int rate = RATES[random.nextInt(random.nextInt(3) == 0 ? RATES.length : 3)];
    b.putShort((short) format).putShort((short) channels).putInt(rate);
    b.putInt(rate * channels * width).putShort((short) (channels * width)).putShort((short) bits);
    if (size == 40) {
      b.putShort((short) 22).putShort((short) bits).putInt(0);
      b.putShort((short) FORMATS[random.nextInt(3)]);
      b.put(HexFormat.of().parseHex("000000001000800000aa00389b71"));
    }
    b.position(end);
  }

  private static void chunk(ByteBuffer b, RandomGenerator random) {
    int bytes = random.nextInt(12);
    int tag = random.nextInt(random.nextInt(8) == 0 ? TAGS.length : 4);
    tag(b, TAGS[tag]).putInt(random.nextInt(8) == 0 ? length(bytes, random) : bytes);
    content(b, bytes, random);
  }

  private static int length(int bytes, RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> LENGTHS[random.nextInt(LENGTHS.length)];
      case 1 -> random.nextInt(300);
      default -> bytes;
    };
  }

  private static void content(ByteBuffer b, int bytes, RandomGenerator random) {
    boolean floats = random.nextBoolean();
    for (int i = 0; i < bytes; i++) {
      // The upper bytes of floats about 1, or anything.
      b.put((byte) (floats ? i % 4 == 3 ? 0x3F : 0x40 : random.nextInt(256)));
    }
    if (bytes % 2 != 0 && random.nextInt(8) > 0) {
      b.put((byte) 0);
    }
  }

  private static ByteBuffer tag(ByteBuffer b, String tag) {
    return b.put(tag.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void files() {
    ReaderFuzz.run(
        "wav",
        16,
        WavFuzzTest::file,
        bytes -> WavReader.read(ReaderFuzz.ORIGIN, bytes, note -> {}));
  }

  /** A sample of one byte becomes up to 100 of four bytes. */
  @Test
  void filesBroughtToARate() {
    ReaderFuzz.run(
        "wav-resampled",
        100 * 64,
        WavFuzzTest::file,
        bytes ->
            Resampler.toRate(
                WavReader.read(ReaderFuzz.ORIGIN, bytes, note -> {}), 16000, ReaderFuzz.ORIGIN));
  }
}
