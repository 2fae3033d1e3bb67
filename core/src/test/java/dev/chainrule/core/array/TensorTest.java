package dev.chainrule.core.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TensorTest {
  @Test
  void tensorAndNdarrayShareMemory() {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    INDArray array = tensor.ndarray();
    array.muli(2);
    assertThat(tensor.toFloats()).containsExactly(2, 4, 6, 8, 10, 12);
    tensor.set(5, -1);
    assertThat(array.getFloat(1, 2)).isEqualTo(-1f);
    assertThat(tensor.slice(1, 2).ndarray().sumNumber().doubleValue()).isEqualTo(17);
  }

  @Test
  void ndarrayKeepsTheMemoryOfItsTensor() {
    Tensor tensor = Tensor.of(new float[] {1, 2, 3}, 3);
    WeakReference<MemorySegment.Scope> memory = new WeakReference<>(tensor.segment().scope());
    INDArray array = tensor.ndarray().reshape(3, 1);
    tensor = null;
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    assertThat(memory.get()).isNotNull();
    assertThat(array.getFloat(2)).isEqualTo(3f);
  }

  @Test
  void ndarrayIsSeenAsTensor() {
    INDArray array = Nd4j.arange(12).castTo(org.nd4j.linalg.api.buffer.DataType.DOUBLE);
    Tensor tensor = Tensor.of(array.reshape(3, 4));
    tensor.set(0, 100);
    assertThat(array.getDouble(0)).isEqualTo(100);
    assertThat(tensor.slice(1, 2).get(0)).isEqualTo(4);
  }

  @Test
  void stridedNdarrayIsRefused() {
    INDArray transposed = Nd4j.createUninitialized(2, 3).transpose();
    assertThatThrownBy(() -> Tensor.of(transposed)).hasMessageContaining("contiguous");
  }

  @Test
  void wrongSizesAreRefused() {
    assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2)).hasMessageContaining("3 values");
    Tensor tensor = Tensor.zeros(DType.INT32, 2, 2);
    assertThatThrownBy(() -> tensor.reshape(5)).hasMessageContaining("16 bytes");
    assertThatThrownBy(() -> tensor.slice(1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tensor.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
