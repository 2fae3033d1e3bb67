package dev.chainrule.core.kernel.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arrays that a computation makes on its way. Closing them frees their memory at once: the
 * garbage collector, which sees only their small heads, would come much too late.
 */
final class Temporaries implements AutoCloseable {
  private final List<INDArray> arrays = new ArrayList<>();

  /** Takes an array that has just been made and is no view. */
  INDArray own(INDArray array) {
    arrays.add(array);
    return array;
  }

  @Override
  public void close() {
    for (INDArray array : arrays) {
      if (array.closeable()) {
        array.close();
      }
    }
  }
}
