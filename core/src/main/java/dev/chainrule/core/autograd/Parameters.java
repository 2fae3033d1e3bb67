package dev.chainrule.core.autograd;

import com.sun.management.OperatingSystemMXBean;
import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.engine.Engine;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * All parameters of a model, views of one flat vector. A model declares them in its constructor,
 * then {@link #allocate} gives them memory and their first values.
 */
public final class Parameters {
  /** Parameters begin on multiples of this many elements: a cache line of floats. */
  private static final int ALIGNMENT = 16;

  /** The largest models have some thousands. */
  private static final int MOST = 100_000;

  /** Bytes that a buffer can count. */
  private static final long CHECKSUM_PIECE = 1 << 30;

  private static final ScopedValue<Expectation> EXPECTATION = ScopedValue.newInstance();

  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private long size;
  private @Nullable Tensor values;
  private @Nullable Frozen frozen;

  /** Another model's parameters, and what stands for some of them. */
  record Frozen(Parameters parameters, Map<Parameter, Substitution> substitutions) {
    boolean has(Parameter parameter) {
      return parameters.byName.get(parameter.name()) == parameter;
    }
  }

  /** Says which parameters a model may declare. */
  @FunctionalInterface
  public interface Expectation {
    /**
     * Called before a parameter is declared.
     *
     * @throws InputException if there is none of this name and shape
     */
    void check(String name, int[] shape);
  }

  /**
   * Constructs a model whose every parameter is checked before it is declared: a configuration that
   * does not fit its weights is noticed at the first one that differs, however many it describes.
   */
  public static <T> T expecting(Expectation expectation, Supplier<T> construction) {
    return ScopedValue.where(EXPECTATION, expectation).call(construction::get);
  }

  /**
   * Declares a parameter.
   *
   * @throws IllegalStateException if the name is taken, or the parameters are allocated already
   * @throws InputException if no array can have that shape, or there are too many: what a
   *     configuration describes is refused before it fills the memory
   */
  public Parameter add(String name, Initializer initializer, int... shape) {
    if (values != null) {
      throw new IllegalStateException("parameter " + name + " declared after allocation");
    }
    if (EXPECTATION.isBound()) {
      EXPECTATION.get().check(name, shape);
    }
    if (byName.size() == MOST) {
      throw new InputException(
          "the model has more than %,d arrays of weights, expected fewer layers".formatted(MOST));
    }
    requireArray(name, shape);
    Parameter parameter = new Parameter(name, initializer, size, shape.clone());
    if (byName.putIfAbsent(name, parameter) != null) {
      throw new IllegalStateException("two parameters are named " + name);
    }
    long padded = (parameter.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size = Math.addExact(size, padded);
    return parameter;
  }

  /**
   * Has the forward pass of another model run on these parameters: a tape for them takes that
   * model's own as they are, without gradients, or what is put in their place.
   *
   * @param base of the other model; they are allocated with these if they are not yet
   * @param substitutions by parameter of the other model
   */
  public void standOn(Parameters base, Map<Parameter, Substitution> substitutions) {
    frozen = new Frozen(base, Map.copyOf(substitutions));
  }

  @Nullable Frozen frozen() {
    return frozen;
  }

  /** Whether these stand on the parameters of a model that has values. */
  public boolean standsOnAllocated() {
    return frozen != null && frozen.parameters.allocated();
  }

  private static void requireArray(String name, int[] shape) {
    double size = 1;
    boolean negative = false;
    for (int dim : shape) {
      size *= dim;
      negative |= dim < 0;
    }
    if (negative || size > 1e15) {
      throw new InputException(
          "the model's %s would have the shape %s, expected smaller layers"
              .formatted(name, Arrays.toString(shape)));
    }
  }

  /**
   * Allocates and initialises all parameters. The draws of a parameter depend on the seed and its
   * name alone.
   *
   * @param dtype FLOAT32, or FLOAT64 for gradient checks
   * @throws InputException if the machine does not have so much memory
   */
  public void allocate(DType dtype, long seed) {
    Frozen other = frozen;
    if (other != null && !other.parameters.allocated()) {
      other.parameters.allocate(dtype, seed);
    }
    requireMemory(size * dtype.bytes());
    Tensor flat = zeros(TensorMemory.HOST, dtype);
    for (Parameter parameter : all()) {
      CRC32C crc = new CRC32C();
      crc.update(parameter.name().getBytes(StandardCharsets.UTF_8));
      parameter.initializer().fill(parameter.in(flat), CounterRandom.of(seed, crc.getValue()));
    }
    values = flat;
  }

  /**
   * Allocates all parameters and leaves them zero: their values come from a file.
   *
   * @throws InputException if the machine does not have so much memory
   */
  public void allocate(DType dtype) {
    requireMemory(size * dtype.bytes());
    values = zeros(TensorMemory.HOST, dtype);
  }

  /** Bytes of memory that the machine has. */
  public static long machineMemory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private void requireMemory(long bytes) {
    long machine = machineMemory();
    if (bytes > machine) {
      throw new InputException(
          "the model has %,d parameters, %,.1f MB, expected at most the %,.1f MB of this machine"
              .formatted(count(), bytes / 1e6, machine / 1e6));
    }
  }

  /**
   * Moves the values to an engine's memory, before tapes and optimisers are made for it.
   *
   * @return these parameters
   */
  public Parameters moveTo(Engine engine) {
    Tensor flat = values();
    if (flat.memory() != engine.memory()) {
      values = engine.place(flat.host());
    }
    if (frozen != null) {
      frozen.parameters.moveTo(engine);
    }
    return this;
  }

  /** The same parameters with the values that they have now, for good, in an engine's memory. */
  public Parameters snapshot(Engine engine) {
    Parameters kept = new Parameters();
    kept.byName.putAll(byName);
    kept.size = size;
    Tensor copy = vector(engine.memory());
    Tensor flat = values();
    if (flat.memory() == engine.memory()) {
      engine.kernels(0).arrays().copy(copy, flat);
    } else {
      copy.copyFrom(flat.host());
    }
    kept.values = copy;
    if (frozen != null) {
      kept.frozen = new Frozen(frozen.parameters.snapshot(engine), frozen.substitutions);
    }
    return kept;
  }

  /** These where they lie in an engine's memory already, else a {@link #snapshot} there. */
  public Parameters on(Engine engine) {
    boolean there =
        values().memory() == engine.memory()
            && (frozen == null || frozen.parameters.values().memory() == engine.memory());
    return there ? this : snapshot(engine);
  }

  /** A zeroed vector laid out like {@link #values}, in some memory. */
  public Tensor vector(TensorMemory memory) {
    return zeros(memory, dtype());
  }

  /** In shape [size], or where that is too long for one dimension [size / 16, 16]. */
  private Tensor zeros(TensorMemory memory, DType dtype) {
    return size <= Integer.MAX_VALUE
        ? Tensor.zeros(memory, dtype, (int) size)
        : Tensor.zeros(memory, dtype, Math.toIntExact(size / ALIGNMENT), ALIGNMENT);
  }

  /** The first element of a worker's part of the vector, a multiple of 16. */
  public long from(Engine engine, int worker) {
    return engine.from(size / ALIGNMENT, worker) * ALIGNMENT;
  }

  /** In the order of declaration. */
  public List<Parameter> all() {
    return Collections.unmodifiableList(new ArrayList<>(byName.values()));
  }

  /** The flat vector of all values [size()], padding between parameters zero. */
  public Tensor values() {
    Tensor flat = values;
    if (flat == null) {
      throw new IllegalStateException("parameters used before they were allocated");
    }
    return flat;
  }

  /**
   * The flat vector as an ND4J array: it shares the parameters' memory where that is the host's,
   * and is a copy of what a device holds.
   */
  public INDArray ndarray() {
    return values().host().ndarray();
  }

  /** The values of one parameter, a view. */
  public Tensor value(Parameter parameter) {
    return parameter.in(values());
  }

  /** Whether memory has been allocated. */
  public boolean allocated() {
    return values != null;
  }

  public DType dtype() {
    return values().dtype();
  }

  /** Length of the flat vector, padding included. */
  public long size() {
    return size;
  }

  /** Number of learned numbers, without padding. */
  public long count() {
    long count = 0;
    for (Parameter parameter : byName.values()) {
      count += parameter.size();
    }
    return count;
  }

  /** Tells values from others: their number, and a checksum of their bytes. */
  public String checksum() {
    MemorySegment bytes = values().host().segment();
    CRC32C crc = new CRC32C();
    for (long from = 0; from < bytes.byteSize(); from += CHECKSUM_PIECE) {
      long length = Math.min(CHECKSUM_PIECE, bytes.byteSize() - from);
      crc.update(bytes.asSlice(from, length).asByteBuffer());
    }
    return "%d-%08x".formatted(count(), crc.getValue());
  }

  /** Each parameter's part of a vector laid out like {@link #values}, for example gradients. */
  public Map<String, Tensor> views(Tensor flat) {
    Map<String, Tensor> views = new LinkedHashMap<>();
    byName.forEach((name, parameter) -> views.put(name, parameter.in(flat)));
    return views;
  }
}
