package dev.chainrule.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFolderTest {
  @TempDir Path folder;

  private static void write(Path file, String name, float value) throws IOException {
    Files.createDirectories(file.getParent());
    new SafetensorsWriter().add(name, Tensor.of(new float[] {value}, 1)).write(file);
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        folder.resolve(SafetensorsFolder.INDEX),
        "{\"metadata\": {\"total_size\": 8}, \"weight_map\": " + weightMap + "}");
  }

  private void assertRefused(String found) {
    assertThatThrownBy(() -> SafetensorsFolder.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(found);
  }

  @Test
  void aFileOfAllTensorsComesFirst() throws IOException {
    assertThat(SafetensorsFolder.isOne(folder)).isFalse();
    write(folder.resolve("model.safetensors"), "a", 1);
    index("{\"a\": \"none.safetensors\"}");
    assertThat(SafetensorsFolder.isOne(folder)).isTrue();
    try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
      assertThat(opened.tensor("a").toFloats()).containsExactly(1);
    }
  }

  @Test
  void anIndexJoinsFiles() throws IOException {
    write(folder.resolve("model-00001-of-00002.safetensors"), "a", 1);
    write(folder.resolve("model-00002-of-00002.safetensors"), "b", 2);
    index(
        "{\"b\": \"model-00002-of-00002.safetensors\", \"a\": \"model-00001-of-00002.safetensors\"}");
    try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
      assertThat(opened.path()).isEqualTo(folder);
      assertThat(opened.tensors()).extracting(StoredTensor::name).containsExactly("b", "a");
      assertThat(opened.has("a")).isTrue();
      assertThat(opened.tensor("a").toFloats()).containsExactly(1);
      assertThat(opened.tensor("b").toFloats()).containsExactly(2);
      assertThatThrownBy(() -> opened.tensor("c"))
          .hasMessage(folder + ": has no tensor \"c\" among its 2, expected it");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.safetensors",
        "/etc/outside.safetensors",
        "sub/outside.safetensors",
        "..\\\\outside.safetensors",
        "C:outside.safetensors",
        "outside.bin",
        "a\\u0000.safetensors",
        "..",
        ""
      })
  void namesThatLeadElsewhereAreRefused(String name) throws IOException {
    write(folder.resolve("sub").resolve("outside.safetensors"), "a", 1);
    index("{\"a\": \"" + name + "\"}");
    assertRefused("expected the name of a .safetensors file of the same folder");
  }

  @Test
  void aLinkToElsewhereIsRefused(@TempDir Path elsewhere) throws IOException {
    Path outside = elsewhere.resolve("outside.safetensors");
    write(outside, "a", 1);
    Files.createSymbolicLink(folder.resolve("linked.safetensors"), outside);
    index("{\"a\": \"linked.safetensors\"}");
    assertRefused("names linked.safetensors, which is a link to");
  }

  /** Hugging Face's cache: the files of a snapshot are links to blobs. */
  @Test
  void aLinkIntoTheBlobsOfACacheIsRead() throws IOException {
    Path blob = folder.resolve("blobs").resolve("0123abcd");
    write(blob, "a", 3);
    Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve("main"));
    Path linked = Path.of("..", "..", "blobs", "0123abcd");
    Files.createSymbolicLink(snapshot.resolve("part.safetensors"), linked);
    Files.writeString(
        snapshot.resolve(SafetensorsFolder.INDEX), "{\"weight_map\":{\"a\":\"part.safetensors\"}}");
    try (SafetensorsFolder opened = SafetensorsFolder.open(snapshot)) {
      assertThat(opened.tensor("a").toFloats()).containsExactly(3);
    }
  }

  @Test
  void whatTheIndexNamesMustBeThere() throws IOException {
    assertRefused("has neither model.safetensors nor model.safetensors.index.json");
    index("{\"a\": \"none.safetensors\"}");
    assertRefused("names none.safetensors, which is missing");
    write(folder.resolve("none.safetensors"), "b", 1);
    assertRefused("says that tensor \"a\" lies in none.safetensors, which has none of that name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "7", "{\"a\": 7}", "{\"a\": {}}", "{\"a\": \"b", "null"})
  void brokenIndexesAreRefused(String weightMap) throws IOException {
    index(weightMap);
    assertRefused("model.safetensors.index.json: ");
  }

  @Test
  void anIndexWithoutOrWithTwoMapsIsRefused() {
    for (String text :
        new String[] {
          "{}",
          "[]",
          "",
          "{\"weight_map\":{}}",
          "{\"weight_map\":{\"a\":\"a.safetensors\"},\"weight_map\":{}}",
          "{\"weight_map\":{\"a\":\"a.safetensors\",\"a\":\"b.safetensors\"}}",
          "{\"weight_map\":{\"a\":\"a.safetensors\"}}{}"
        }) {
      assertThatThrownBy(() -> SafetensorsIndex.parse("index", text))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("index: ");
    }
  }

  /** More elements than are widened at a time. */
  @Test
  void halvesAreWidenedIntoFloatsAndDoubles() throws IOException {
    int count = 50_003;
    short[] bits = new short[count];
    for (int i = 0; i < count; i++) {
      bits[i] = (short) (i * 41);
    }
    Path file = folder.resolve("model.safetensors");
    new SafetensorsWriter()
        .add("half", StorageType.F16, new long[] {count}, MemorySegment.ofArray(bits))
        .add("brain", StorageType.BF16, new long[] {count}, MemorySegment.ofArray(bits))
        .write(file);
    try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
      for (String name : new String[] {"half", "brain"}) {
        StoredTensor tensor = opened.tensor(name);
        Tensor floats = Tensor.zeros(DType.FLOAT32, count);
        Tensor doubles = Tensor.zeros(DType.FLOAT64, count);
        tensor.copyTo(floats);
        tensor.copyTo(doubles);
        float[] all = tensor.toFloats();
        float[] end = new float[3];
        tensor.read(count - 3, end, 3);
        for (int i = 0; i < count; i++) {
          assertThat(all[i]).isEqualTo(Float.valueOf((float) tensor.get(i)));
          assertThat(floats.get(i)).isEqualTo(Double.valueOf(tensor.get(i)));
          assertThat(doubles.get(i)).isEqualTo(Double.valueOf(tensor.get(i)));
        }
        assertThat(end[2]).isEqualTo(all[count - 1]);
      }
    }
  }
}
