package dev.chainrule.core.array;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of ND4J's backend where that is a GPU's: a tensor is a view of an ND4J array, its
 * address is a number that leads nowhere, and numbers pass to and from the host by {@link #upload}
 * and {@link #download} alone, which are counted. Used by one thread at a time.
 */
public final class ArrayMemory implements TensorMemory {
  /** Where the numbers begin: far from every address of the process. */
  private static final long FIRST = 1L << 62;

  private static final int ALIGNMENT = 64;

  private final TreeMap<Long, Block> blocks = new TreeMap<>();
  private final Queue<Long> unreachable = new ConcurrentLinkedQueue<>();
  private long next = FIRST;
  private long uploads;
  private long downloads;

  /** Memory that was asked for at once; what lies in it is of the type that first did. */
  private static final class Block {
    private final long bytes;
    private @Nullable INDArray array;

    Block(long bytes) {
      this.bytes = bytes;
    }

    DataBuffer buffer(DType dtype) {
      INDArray made = array;
      if (made == null) {
        made = Nd4j.create(dtype.nd4j(), bytes / dtype.bytes());
        array = made;
      }
      if (made.dataType() != dtype.nd4j()) {
        throw new IllegalStateException(
            "a %s array over memory of %s".formatted(dtype, made.dataType()));
      }
      return made.data();
    }
  }

  /** Sees that ND4J can be used. */
  public ArrayMemory() {
    Nd4jBackend.require();
  }

  @Override
  public String name() {
    return "the memory of ND4J's backend";
  }

  @Override
  public MemorySegment allocate(long bytes) {
    for (Long address = unreachable.poll(); address != null; address = unreachable.poll()) {
      INDArray array = blocks.remove(address).array;
      if (array != null) {
        array.close();
      }
    }
    long size = Math.ceilDiv(Math.max(bytes, 1), ALIGNMENT) * ALIGNMENT;
    long address = next;
    next += size;
    blocks.put(address, new Block(size));
    return MemorySegment.ofAddress(address)
        .reinterpret(size, Arena.ofAuto(), ignored -> unreachable.add(address));
  }

  /** A tensor in this memory as an ND4J array; both are the same numbers. */
  INDArray view(Tensor tensor) {
    long address = tensor.address();
    var block = blocks.floorEntry(address);
    DType dtype = tensor.dtype();
    long[] shape = new long[tensor.rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.dim(i);
    }
    long offset = (address - block.getKey()) / dtype.bytes();
    return Nd4j.create(
        block.getValue().buffer(dtype),
        shape,
        Nd4j.getStrides(shape, 'c'),
        offset,
        'c',
        dtype.nd4j());
  }

  @Override
  public void upload(Tensor to, Tensor host) {
    uploads++;
    to.ndarray().assign(Nd4jMemory.ndarray(host));
  }

  @Override
  public void download(Tensor host, Tensor from) {
    downloads++;
    // A copy, so that nothing but these numbers crosses.
    try (INDArray copy = from.ndarray().dup('c')) {
      Nd4j.getAffinityManager().ensureLocation(copy, AffinityManager.Location.HOST);
      host.segment().copyFrom(Nd4jMemory.tensor(copy).segment());
    }
  }

  /** Transfers from the host so far. */
  public long uploads() {
    return uploads;
  }

  /** Transfers to the host so far. */
  public long downloads() {
    return downloads;
  }
}
