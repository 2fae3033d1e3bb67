package dev.chainrule.core.gguf;

import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with the structure of GGUF, in which a field is odd now and then, and bytes changed. */
class GgufFuzzTest {
  /** A text of eight bytes in the file takes sixty in Java; a code of two bits a float. */
  private static final int MULTIPLE = 60;

  private static final long[] ODD = {
    0,
    1,
    2,
    3,
    31,
    255,
    256,
    257,
    65_535,
    1 << 20,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    (1L << 42) + 1,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE - 31,
    Long.MAX_VALUE,
    -1,
    -32
  };

  private static byte[] file(RandomGenerator random) {
    int values = random.nextInt(6);
    int tensors = random.nextInt(5);
    RawGguf file =
        RawGguf.of(
            (int) odd(random, random.nextInt(2, 4)), odd(random, tensors), odd(random, values));
    for (int i = 0; i < values; i++) {
      value(file, random, i);
    }
    long offset = 0;
    for (int i = 0; i < tensors; i++) {
      offset = tensor(file, random, i, offset);
    }
    byte[] bytes =
        file.data(Math.max(0, (int) offset - random.nextInt(2) * random.nextInt(3))).bytes();
    return random.nextInt(3) == 0 ? Mutations.bytes(bytes, random) : bytes;
  }

  private static long odd(RandomGenerator random, long usual) {
    return random.nextInt(60) == 0 ? ODD[random.nextInt(ODD.length)] : usual;
  }

  private static void name(RawGguf file, RandomGenerator random, String usual) {
    String name = random.nextInt(40) == 0 ? random.nextBoolean() ? "" : "same" : usual;
    file.int64(odd(random, name.length())).text(name);
  }

  private static void value(RawGguf file, RandomGenerator random, int number) {
    if (random.nextInt(4) == 0) {
      file.string(GgufHeader.ALIGNMENT).int32(odd(random, GgufType.UINT32.ordinal()));
      file.int32(odd(random, 1L << random.nextInt(3, 7)));
      return;
    }
    name(file, random, "key" + number);
    GgufType type = GgufType.values()[random.nextInt(GgufType.values().length)];
    file.int32(odd(random, type.ordinal()));
    if (type != GgufType.ARRAY) {
      payload(file, random, type);
      return;
    }
    GgufType element = GgufType.values()[random.nextInt(GgufType.values().length)];
    int count = random.nextInt(5);
    file.int32(odd(random, element.ordinal())).int64(odd(random, count));
    for (int i = 0; i < count && element != GgufType.ARRAY; i++) {
      payload(file, random, element);
    }
  }

  private static void payload(RawGguf file, RandomGenerator random, GgufType type) {
    switch (type) {
      case STRING -> {
        String text = "aé日🙂".substring(0, random.nextInt(4));
        file.int64(odd(random, text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length));
        file.text(text);
      }
      case BOOL -> file.int8((int) odd(random, random.nextInt(2)));
      default -> {
        for (int i = 0; i < type.bytes(); i++) {
          file.int8(random.nextInt(256));
        }
      }
    }
  }

  /** Returns where the next may begin. */
  private static long tensor(RawGguf file, RandomGenerator random, int number, long offset) {
    BlockFormat format = BlockFormat.values()[random.nextInt(BlockFormat.values().length)];
    int rank = random.nextInt(5);
    long[] dimensions = new long[rank];
    long elements = rank == 0 ? 1 : format.elements();
    for (int i = 0; i < rank; i++) {
      long factor = 1 + random.nextInt(3);
      dimensions[i] = odd(random, i == 0 ? format.elements() * factor : factor);
      elements *= factor;
    }
    name(file, random, "tensor" + number);
    file.int32(odd(random, rank));
    for (long dimension : dimensions) {
      file.int64(dimension);
    }
    file.int32(odd(random, format.ggmlType())).int64(odd(random, offset));
    long bytes = elements / format.elements() * format.bytes();
    return (offset + bytes + 127) / 128 * 128;
  }

  private static void readAll(GgufMetadata metadata) {
    for (String key : metadata.keys()) {
      GgufType type = GgufType.values()[metadata.bytes(key).get(GgufCursor.INT, 0)];
      if (type == GgufType.ARRAY) {
        switch (GgufType.values()[metadata.bytes(key).get(GgufCursor.INT, 4)]) {
          case STRING -> metadata.strings(key);
          case FLOAT32, FLOAT64 -> metadata.floats(key);
          default -> metadata.integers(key);
        }
      } else {
        switch (type) {
          case STRING -> metadata.string(key);
          case BOOL -> metadata.flag(key);
          default -> metadata.number(key);
        }
      }
    }
  }

  @Test
  void headers() {
    ReaderFuzz.run(
        "gguf-header",
        MULTIPLE,
        GgufFuzzTest::file,
        bytes -> {
          MemorySegment file = MemorySegment.ofArray(bytes);
          GgufHeader header = GgufHeader.parse(ReaderFuzz.ORIGIN, file);
          readAll(new GgufMetadata(ReaderFuzz.ORIGIN, file, header.values()));
          header.tensors().values().forEach(GgufTensor::toFloats);
        });
  }

  @Test
  void files(@TempDir Path folder) {
    // Relative, so that messages begin with the origin.
    Path path = Path.of(ReaderFuzz.ORIGIN + "-" + folder.getFileName() + ".gguf");
    try {
      ReaderFuzz.runSlow(
          "gguf-file",
          MULTIPLE,
          GgufFuzzTest::file,
          bytes -> {
            Files.write(path, bytes);
            try (GgufFile file = GgufFile.open(path)) {
              readAll(file.metadata());
              file.tensors().forEach(GgufTensor::matrix);
            }
          });
    } finally {
      path.toFile().delete();
    }
  }
}
