package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufTensor;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.tokenizer.gguf.GgufBytes;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of all architectures of which a size, a name or a tensor is odd now and then. */
class ModelFuzzTest {
  private static final long[] ODD = {
    0, 1, 2, 3, 5, 8, 16, 255, 4096, 65_537, 1 << 20, 1 << 30, Integer.MAX_VALUE, 1L << 31, -1
  };

  /** A file in its parts. */
  private record Parts(Map<String, Object> metadata, List<GgufBytes.Stored> tensors) {}

  private static Parts parts(DecoderConfig config, Path folder) throws IOException {
    DecoderModel model = new DecoderModel(config);
    model.parameters().allocate(DType.FLOAT32, 3);
    Path path = folder.resolve("seed.gguf");
    GgufExport.of(model, Rounding.to(FileType.F32)).write(path, 1, bytes -> {});
    try (GgufFile file = GgufFile.open(path)) {
      Map<String, Object> metadata = new LinkedHashMap<>();
      for (String key : file.metadata().keys()) {
        metadata.put(key, value(file, key));
      }
      List<GgufBytes.Stored> tensors = new ArrayList<>();
      for (GgufTensor tensor : file.tensors()) {
        long[] shape = tensor.shape();
        long[] dimensions = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
          dimensions[i] = shape[shape.length - 1 - i];
        }
        byte[] data = tensor.data().toArray(ValueLayout.JAVA_BYTE);
        tensors.add(
            new GgufBytes.Stored(tensor.name(), dimensions, tensor.format().ggmlType(), data));
      }
      return new Parts(metadata, tensors);
    }
  }

  private static Object value(GgufFile file, String key) {
    try {
      return file.metadata().string(key);
    } catch (InputException noText) {
      try {
        return (int) file.metadata().integer(key);
      } catch (InputException noInteger) {
        return (float) file.metadata().number(key);
      }
    }
  }

  private static byte[] changed(Parts seed, RandomGenerator random) {
    Map<String, Object> metadata = new LinkedHashMap<>(seed.metadata);
    List<GgufBytes.Stored> tensors = new ArrayList<>(seed.tensors);
    for (int i = random.nextInt(3); i > 0; i--) {
      if (random.nextBoolean()) {
        changeValue(metadata, random);
      } else {
        changeTensor(tensors, random);
      }
    }
    byte[] bytes = GgufBytes.of(metadata, tensors);
    return random.nextInt(8) == 0 ? Mutations.bytes(bytes, random) : bytes;
  }

  private static void changeValue(Map<String, Object> metadata, RandomGenerator random) {
    List<String> keys = List.copyOf(metadata.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    long number = ODD[random.nextInt(ODD.length)];
    switch (random.nextInt(6)) {
      case 0 -> metadata.remove(key);
      case 1 -> metadata.put(key, "word");
      case 2 -> metadata.put(key, new int[] {(int) number, (int) number});
      case 3 -> metadata.put(key, Float.NaN);
      default ->
          metadata.put(
              key, metadata.get(key) instanceof Float ? (Object) (float) number : (int) number);
    }
  }

  private static void changeTensor(List<GgufBytes.Stored> tensors, RandomGenerator random) {
    if (tensors.isEmpty()) {
      return;
    }
    int at = random.nextInt(tensors.size());
    GgufBytes.Stored one = tensors.get(at);
    GgufBytes.Stored other = tensors.get(random.nextInt(tensors.size()));
    switch (random.nextInt(6)) {
      case 0 -> tensors.remove(at);
      case 1 ->
          tensors.set(
              at, new GgufBytes.Stored("blk.7.other", one.dimensions(), one.type(), one.data()));
      case 2 ->
          tensors.set(
              at, new GgufBytes.Stored(one.name(), other.dimensions(), other.type(), other.data()));
      case 3 -> {
        long[] dimensions = one.dimensions().clone();
        dimensions[random.nextInt(dimensions.length)] = ODD[random.nextInt(ODD.length)];
        tensors.set(at, new GgufBytes.Stored(one.name(), dimensions, one.type(), one.data()));
      }
      case 4 -> {
        byte[] data = one.data().clone();
        int number = 4 * random.nextInt(data.length / 4);
        data[number + 2] = (byte) 0x80;
        data[number + 3] = 0x7F;
        tensors.set(at, new GgufBytes.Stored(one.name(), one.dimensions(), one.type(), data));
      }
      default ->
          tensors.set(
              at,
              new GgufBytes.Stored(one.name(), one.dimensions(), random.nextInt(32), one.data()));
    }
  }

  @Test
  void ggufFiles(@TempDir Path folder) throws IOException {
    List<Parts> seeds = new ArrayList<>();
    for (Map.Entry<String, DecoderConfig> named : Tiny.architectures(11, 9).entrySet()) {
      try {
        seeds.add(parts(named.getValue(), folder));
      } catch (InputException e) {
        // GGUF has no word for it.
      }
    }
    Path origin = Path.of(ReaderFuzz.ORIGIN);
    ReaderFuzz.run(
        "model-gguf",
        8L << 20,
        400,
        random -> changed(seeds.get(random.nextInt(seeds.size())), random),
        bytes -> {
          try (ForeignModel model = ForeignModel.of(GgufFile.of(origin, bytes))) {
            model.load();
          }
        });
  }

  @Test
  void configurations() {
    List<String[]> seeds =
        Tiny.architectures(11, 9).values().stream()
            .map(config -> Mutations.tokens(Json.line(HubExport.written(config).json())))
            .toList();
    ReaderFuzz.run(
        "model-config",
        500,
        random -> Mutations.text(seeds.get(random.nextInt(seeds.size())), random),
        bytes -> {
          String text = Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON");
          HubConfig json = HubConfig.parse(text, ReaderFuzz.ORIGIN);
          Architecture architecture = Architectures.of(json);
          Architectures.described(ReaderFuzz.ORIGIN, () -> architecture.read(json));
        });
  }
}
