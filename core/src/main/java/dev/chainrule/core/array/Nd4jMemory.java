package dev.chainrule.core.array;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tensors over ND4J's memory and ND4J arrays over ours. */
final class Nd4jMemory {
  private static final Cleaner KEEPERS = Cleaner.create();

  private Nd4jMemory() {}

  static INDArray ndarray(Tensor tensor) {
    Nd4jBackend.require();
    DataBuffer buffer = Nd4j.createBuffer(pointer(tensor), tensor.size(), tensor.dtype().nd4j());
    KEEPERS.register(buffer, new Keeper(tensor.segment()));
    long[] shape = new long[tensor.rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.dim(i);
    }
    return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', tensor.dtype().nd4j());
  }

  static Tensor tensor(INDArray array) {
    DType dtype = DType.of(array.dataType());
    long[] shape = array.shape();
    long stride = 1;
    int[] dims = new int[shape.length];
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && array.stride(i) != stride) {
        throw new IllegalArgumentException(
            "an ND4J array that is not contiguous in row-major order; dup('c') gives one");
      }
      stride *= shape[i];
      dims[i] = Math.toIntExact(shape[i]);
    }
    long bytes = array.length() * dtype.bytes();
    // The segment keeps the array, and so its memory, reachable.
    MemorySegment segment =
        MemorySegment.ofAddress(array.data().address() + array.offset() * dtype.bytes())
            .reinterpret(bytes, Arena.ofAuto(), ignored -> array.rank());
    return Tensor.over(segment, dtype, dims);
  }

  /** JavaCPP offers no public way to wrap an address: its fields are set from a subclass. */
  private static Pointer pointer(Tensor tensor) {
    return switch (tensor.dtype()) {
      case FLOAT32 -> new Floats(tensor);
      case FLOAT64 -> new Doubles(tensor);
      case INT32 -> new Ints(tensor);
    };
  }

  /**
   * Keeps memory reachable for as long as it waits for a buffer to go, because the buffer itself
   * keeps the address only. It must not keep the tensor, which keeps the buffer.
   */
  private record Keeper(MemorySegment memory) implements Runnable {
    @Override
    public void run() {}
  }

  private static final class Floats extends FloatPointer {
    Floats(Tensor tensor) {
      super((Pointer) null);
      this.address = tensor.address();
      this.limit = this.capacity = tensor.size();
    }
  }

  private static final class Doubles extends DoublePointer {
    Doubles(Tensor tensor) {
      super((Pointer) null);
      this.address = tensor.address();
      this.limit = this.capacity = tensor.size();
    }
  }

  private static final class Ints extends IntPointer {
    Ints(Tensor tensor) {
      super((Pointer) null);
      this.address = tensor.address();
      this.limit = this.capacity = tensor.size();
    }
  }
}
