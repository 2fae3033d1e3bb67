package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class TokenFuzzTest {
  private static final float[] VALUES = {0, 1, 1, 1, 2, 0.5f, -1, 65_536, 1e10f, Float.NaN};

  private static byte[] ids(RandomGenerator random) {
    int count = random.nextInt(40);
    ByteBuffer file = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      file.putInt(random.nextInt(60) == 0 ? random.nextInt() : random.nextInt(50_257));
    }
    return random.nextInt(3) == 0 ? Mutations.bytes(file.array(), random) : file.array();
  }

  private static void read(Path path, TokenFile.Width width) throws IOException {
    try (TokenFile file = TokenFile.open(path, width)) {
      int max = file.maxId();
      for (Tensor batch : new SequentialWindows(file, ReaderFuzz.ORIGIN, 2, 5)) {
        for (int id : batch.toInts()) {
          if (id < 0 || id > max) {
            throw new AssertionError("id %d, the largest is %d".formatted(id, max));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokenFiles(TokenFile.Width width) {
    // Relative, so that messages begin with the origin.
    Path path = Path.of("%s-%s-%d".formatted(ReaderFuzz.ORIGIN, width, System.nanoTime()));
    try {
      ReaderFuzz.runSlow(
          "tokens-" + width,
          60,
          TokenFuzzTest::ids,
          bytes -> read(Files.write(path, bytes), width));
    } finally {
      path.toFile().delete();
    }
  }

  /** Shapes of up to 3 sizes each and values, which {@link #array} puts together. */
  private static byte[] arrays(RandomGenerator random) {
    byte[] bytes = new byte[8 + random.nextInt(40)];
    boolean mostlyIds = random.nextInt(3) > 0;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(mostlyIds && random.nextInt(30) > 0 ? 4 : 256);
    }
    return bytes;
  }

  /** One-hot vectors or any numbers; of 1 to 4 axes. */
  private static INDArray array(byte[] bytes) {
    int rank = 1 + (bytes[0] & 3);
    long[] shape = new long[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      shape[i] = 1 + Math.floorMod(bytes[1 + i], 3);
      size *= shape[i];
    }
    float[] values = new float[(int) size];
    for (int i = 0; i < values.length; i++) {
      values[i] = VALUES[Math.floorMod(bytes[8 + i % (bytes.length - 8 + 1) - 1], VALUES.length)];
    }
    INDArray array = Nd4j.create(values, shape, 'c');
    if (rank == 3 && bytes[7] > 0) {
      array.assign(0);
      for (int b = 0; b < shape[0]; b++) {
        for (int t = 0; t < shape[2]; t++) {
          array.putScalar(b, Math.floorMod(bytes[1] + b + t, (int) shape[1]), t, 1);
        }
      }
    }
    return array;
  }

  @Test
  void dataSets() {
    ReaderFuzz.run(
        "data-sets",
        10_000,
        TokenFuzzTest::arrays,
        bytes -> {
          INDArray features = array(bytes);
          DataSet set = new DataSet(features, features);
          if (bytes[6] == 3) {
            set.setFeaturesMaskArray(
                Nd4j.createFromArray(new float[][] {{1, bytes[5] == 0 ? 0 : 1}}));
          }
          DataSetTokens tokens = new DataSetTokens(new SingletonDataSetIterator(set));
          try {
            for (int id : tokens.at(bytes[5] & 1).toInts()) {
              if (id < 0) {
                throw new AssertionError("id " + id);
              }
            }
          } catch (InputException e) {
            throw new InputException(ReaderFuzz.ORIGIN + ": " + e.getMessage(), e);
          }
        });
  }
}
