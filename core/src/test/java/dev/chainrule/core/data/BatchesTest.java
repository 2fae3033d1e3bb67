package dev.chainrule.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchesTest {
  private static TokenSequence counting(int length) {
    return TokenSequence.of(IntStream.range(0, length).toArray());
  }

  @Test
  void aBatchIsAPureFunctionOfSeedAndNumber() {
    RandomCrops crops = new RandomCrops(counting(1000), "data", 4, 9, 7);
    int[] fifth = crops.at(5).toInts();
    crops.at(6);
    assertThat(crops.at(5).toInts()).containsExactly(fifth);
    assertThat(new RandomCrops(counting(1000), "data", 4, 9, 7).at(5).toInts())
        .containsExactly(fifth);
    assertThat(new RandomCrops(counting(1000), "data", 2, 9, 7).at(5).toInts())
        .containsExactly(Arrays.copyOf(fifth, 18));
    assertThat(new RandomCrops(counting(1000), "data", 4, 9, 8).at(5).toInts()).isNotEqualTo(fifth);
    assertThat(crops.at(6).toInts()).isNotEqualTo(fifth);
    for (int i = 0; i < fifth.length; i++) {
      assertThat(fifth[i]).isEqualTo(fifth[i / 9 * 9] + i % 9);
    }
  }

  @Test
  void everyCropIsDrawnEquallyOften() {
    RandomCrops crops = new RandomCrops(counting(12), "data", 8, 3, 1);
    int[] counts = new int[10];
    for (int i = 0; i < 1000; i++) {
      Tensor batch = crops.at(i);
      for (int b = 0; b < 8; b++) {
        counts[batch.getInt(3 * b)]++;
      }
    }
    double chiSquared = 0;
    for (int count : counts) {
      chiSquared += (count - 800.0) * (count - 800.0) / 800;
    }
    assertThat(chiSquared).isLessThan(27.9); // 99.9 % of 9 degrees of freedom
  }

  @Test
  void tooFewTokensForTheBatchOrTheContextIsSaid() {
    assertThatThrownBy(() -> new RandomCrops(counting(64), "a.txt", 1, 65, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("a.txt: has 64 tokens, expected at least 65, the context and one more");
    assertThatThrownBy(() -> new RandomCrops(counting(70), "a.txt", 12, 65, 0))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "a.txt: has 70 tokens and so 6 different crops of 65, expected at least the batch of"
                + " 12");
    assertThat(new RandomCrops(counting(70), "a.txt", 6, 65, 0).at(0).shape())
        .containsExactly(6, 65);
    assertThatThrownBy(() -> new RandomCrops(counting(70), "a.txt", 0, 65, 0))
        .isInstanceOf(IllegalArgumentException.class);
    RandomCrops crops = new RandomCrops(counting(70), "a.txt", 2, 3, 0);
    assertThatThrownBy(() -> crops.fill(0, Tensor.zeros(DType.INT32, 3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("INT32[2, 3]");
  }

  @ParameterizedTest
  @CsvSource({"2,3,5", "5,1,5", "9,1,5", "10,1,5", "41,2,5", "42,2,5", "100,7,2", "48,3,5"})
  void windowsPredictEveryTokenOnce(int length, int batchSize, int window) {
    SequentialWindows windows = new SequentialWindows(counting(length), "data", batchSize, window);
    List<Integer> targets = new ArrayList<>();
    int batches = 0;
    for (Tensor batch : windows) {
      batches++;
      assertThat(batch.dim(0)).isBetween(1, batchSize);
      assertThat(batch.dim(1)).isBetween(2, window);
      for (int w = 0; w < batch.dim(0); w++) {
        for (int t = 1; t < batch.dim(1); t++) {
          int target = batch.getInt((long) w * batch.dim(1) + t);
          assertThat(batch.getInt((long) w * batch.dim(1) + t - 1)).isEqualTo(target - 1);
          targets.add(target);
        }
      }
    }
    assertThat(targets).containsExactlyElementsOf(IntStream.range(1, length).boxed().toList());
    assertThat(windows.targets()).isEqualTo(length - 1);
    assertThat(windows.batches()).isEqualTo(batches);
  }

  @Test
  void aSequenceWithoutATargetIsRefused() {
    assertThatThrownBy(() -> new SequentialWindows(counting(1), "a.txt", 1, 5))
        .isInstanceOf(InputException.class)
        .hasMessage("a.txt: has 1 tokens, expected at least 2");
  }
}
