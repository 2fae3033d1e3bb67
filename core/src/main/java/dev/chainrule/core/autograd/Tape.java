package dev.chainrule.core.autograd;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Records the operations of one forward pass and runs their backward passes in reverse. Used by one
 * thread; several tapes may share parameters and keep gradients of their own.
 *
 * <p><b>Memory.</b> A tape is kept from step to step. The n-th variable of a step takes the memory,
 * and where the shape is the same the very objects, of the n-th variable of the step before; the
 * memory of gradients is planned in the first backward pass (a gradient's block is free again after
 * the operation that made its variable has run backwards) and the plan is kept while the recorded
 * operations stay the same. A step of a shape seen before thus allocates no array memory.
 */
public final class Tape {
  /** The backward pass of one operation: reads its output's gradient, writes its inputs'. */
  @FunctionalInterface
  public interface Backward {
    void run();
  }

  private final Kernels kernels;
  private final TensorMemory memory;
  private final Parameters parameters;
  private final boolean recording;
  private final @Nullable Tensor gradients;
  private final Variable[] leaves;
  private final List<Parameter> leafParameters;

  /** Of another model, that this one's parameters stand on. */
  private final Parameters.@Nullable Frozen frozen;

  private final IdentityHashMap<Parameter, Variable> frozenLeaves = new IdentityHashMap<>();
  private final IdentityHashMap<Parameter, Variable> substitutes = new IdentityHashMap<>();

  /** Where operations write gradients of frozen parameters, which nobody reads. */
  private final IdentityHashMap<Variable, Tensor> unread = new IdentityHashMap<>();

  private final List<Variable> slots = new ArrayList<>();
  private final List<MemorySegment> slotMemory = new ArrayList<>();
  private int used;

  /** What the host fills for a device, kept from step to step. */
  private final List<Tensor> hostArrays = new ArrayList<>();

  private int usedHostArrays;

  private final IdentityHashMap<Tensor, Tensor> lastingArrays = new IdentityHashMap<>();

  private final List<Backward> operations = new ArrayList<>();
  private final List<Variable> outputs = new ArrayList<>();
  private long structure;
  private long plannedStructure;
  private final GradientMemory gradientMemory;

  private long key;
  private long firstSequence;
  private long sequences = 1;
  private long draws;

  private Tape(Engine engine, int worker, Parameters parameters, boolean recording) {
    this.kernels = engine.kernels(worker);
    this.memory = engine.memory();
    this.parameters = parameters;
    this.recording = recording;
    this.gradients = recording ? parameters.vector(memory) : null;
    this.leafParameters = parameters.all();
    this.leaves = new Variable[leafParameters.size()];
    for (int i = 0; i < leaves.length; i++) {
      Parameter parameter = leafParameters.get(i);
      leaves[i] = new Variable(parameters.value(parameter), recording, -1);
      if (gradients != null) {
        leaves[i].gradient = parameter.in(gradients);
        leaves[i].gradientStarted = true;
      }
    }
    this.gradientMemory = new GradientMemory(memory);
    this.frozen = parameters.frozen();
  }

  /** A tape that records, for training: on an engine's first worker. */
  public static Tape training(Engine engine, Parameters parameters) {
    return training(engine, 0, parameters);
  }

  /** A tape that records, for training: on one of an engine's workers. */
  public static Tape training(Engine engine, int worker, Parameters parameters) {
    return new Tape(engine, worker, parameters, true);
  }

  /** A tape that records nothing and applies no dropout: on an engine's first worker. */
  public static Tape evaluation(Engine engine, Parameters parameters) {
    return evaluation(engine, 0, parameters);
  }

  /** A tape that records nothing and applies no dropout: on one of an engine's workers. */
  public static Tape evaluation(Engine engine, int worker, Parameters parameters) {
    return new Tape(engine, worker, parameters, false);
  }

  public Kernels kernels() {
    return kernels;
  }

  /** Whether gradients will be asked for; dropout and the like apply only then. */
  public boolean recording() {
    return recording;
  }

  /** Forgets the last step's operations. Gradients of parameters stay. */
  public void begin() {
    begin(0);
  }

  /** As {@link #begin()}, with the key from which this step's random draws (dropout) follow. */
  public void begin(long stepKey) {
    begin(stepKey, 0, 1);
  }

  /**
   * As {@link #begin(long)} for a part of the step's batch, each of whose sequences then draws what
   * it draws in the whole, however a batch is divided among workers and processes.
   *
   * @param stepKey a {@link CounterRandom#key} of seed and step
   * @param first number of the part's first sequence in the batch
   * @param count sequences of the part, 1 or more
   */
  public void begin(long stepKey, int first, int count) {
    firstSequence = first;
    sequences = count;
    used = 0;
    usedHostArrays = 0;
    operations.clear();
    outputs.clear();
    substitutes.clear();
    structure = 1;
    key = stepKey;
    draws = 0;
  }

  /**
   * A key for one operation that draws random numbers, new at each call within a step.
   *
   * @param numbers that it draws, as many for each sequence, one sequence after the other
   */
  public long nextKey(long numbers) {
    long before = firstSequence * (numbers / sequences);
    return CounterRandom.after(CounterRandom.bits(key, draws++), before);
  }

  /** The variable of a parameter: its value, and this tape's gradient of it. */
  public Variable parameter(Parameter parameter) {
    for (int i = 0; i < leaves.length; i++) {
      if (leafParameters.get(i) == parameter) {
        return leaves[i];
      }
    }
    Parameters.Frozen other = frozen;
    if (other == null || !other.has(parameter)) {
      throw new IllegalArgumentException("parameter " + parameter.name() + " is of another model");
    }
    Variable leaf =
        frozenLeaves.computeIfAbsent(parameter, key -> leaf(other.parameters().value(key)));
    Substitution substitution = other.substitutions().get(parameter);
    return substitution == null ? leaf : substitute(parameter, leaf, substitution);
  }

  private static Variable leaf(Tensor value) {
    Variable leaf = new Variable(value, false, -1);
    leaf.frozen = true;
    leaf.gradientStarted = true;
    return leaf;
  }

  private Variable substitute(Parameter parameter, Variable leaf, Substitution substitution) {
    Variable known = substitutes.get(parameter);
    if (known != null) {
      return known;
    }
    Variable made = substitution.apply(this, leaf);
    if (!made.value().hasShape(parameter.shape())) {
      throw new IllegalArgumentException(
          "%s in place of parameter %s, expected its shape %s"
              .formatted(made.value(), parameter.name(), Arrays.toString(parameter.shape())));
    }
    made.weight = true;
    substitutes.put(parameter, made);
    return made;
  }

  /** An input, of which no gradient is wanted: where it lies, or uploaded to the engine. */
  public Variable constant(Tensor value) {
    return new Variable(upload(value), false, -1);
  }

  /**
   * A host's array in the engine's memory, for this step: the array itself where that is the
   * host's, so that it must stay as it is until the step is over.
   */
  public Tensor upload(Tensor value) {
    if (value.memory() == memory) {
      return value;
    }
    Tensor uploaded = variable(false, value.dtype(), value.shape()).value();
    uploaded.copyFrom(value);
    return uploaded;
  }

  /** As {@link #upload}, once for all steps, of an array that never changes. */
  public Tensor lasting(Tensor value) {
    if (value.memory() == memory) {
      return value;
    }
    return lastingArrays.computeIfAbsent(
        value,
        host -> {
          Tensor uploaded = Tensor.zeros(memory, host.dtype(), host.shape());
          uploaded.copyFrom(host);
          return uploaded;
        });
  }

  /** An input whose gradient can be read after {@link #backward}, with {@link #gradient}. */
  public Variable input(Tensor value) {
    Variable input = variable(recording, value.dtype(), value.shape());
    input.value().copyFrom(value);
    return input;
  }

  /**
   * A host's array of the parameters' element type for this step, to be filled and handed to {@link
   * #constant}; its memory is not initialised.
   */
  public Tensor numbers(int... shape) {
    return hostArray(parameters.dtype(), shape);
  }

  /** As {@link #numbers}, of int32, for {@link #upload} and the operations that take ids. */
  public Tensor integers(int... shape) {
    return hostArray(DType.INT32, shape);
  }

  private Tensor hostArray(DType dtype, int... shape) {
    if (memory == TensorMemory.HOST) {
      return variable(false, dtype, shape).value();
    }
    int place = usedHostArrays++;
    Tensor last = place < hostArrays.size() ? hostArrays.get(place) : null;
    if (last != null && last.dtype() == dtype && last.hasShape(shape)) {
      return last;
    }
    Tensor array = Tensor.zeros(dtype, shape);
    put(hostArrays, place, array);
    return array;
  }

  /** A new variable of the parameters' element type, its memory not initialised. */
  public Variable variable(boolean needsGradient, int... shape) {
    return variable(needsGradient, parameters.dtype(), shape);
  }

  private Variable variable(boolean needsGradient, DType dtype, int... shape) {
    boolean needs = needsGradient && recording;
    int slot = used++;
    if (slot < slots.size()) {
      Variable last = slots.get(slot);
      // A view in this place has the memory of another variable.
      boolean view = slotMemory.get(slot).equals(MemorySegment.NULL);
      if (!view
          && last.value().dtype() == dtype
          && last.value().hasShape(shape)
          && last.needsGradient() == needs) {
        return last;
      }
      plannedStructure = 0;
    }
    long bytes = Tensor.sizeOf(shape) * dtype.bytes();
    MemorySegment segment;
    if (slot < slotMemory.size() && slotMemory.get(slot).byteSize() >= bytes) {
      segment = slotMemory.get(slot);
    } else {
      segment = memory.allocate(bytes);
      put(slotMemory, slot, segment);
    }
    Variable variable = new Variable(Tensor.over(memory, segment, dtype, shape), needs, slot);
    put(slots, slot, variable);
    return variable;
  }

  /**
   * The same elements under another shape of the same size; the memory is shared.
   *
   * @param x not a parameter
   */
  public Variable reshape(Variable x, int... shape) {
    Tensor view = x.value().reshape(shape);
    int slot = used++;
    Variable last = slot < slots.size() ? slots.get(slot) : null;
    Variable y;
    if (last != null
        && last.needsGradient() == x.needsGradient()
        && last.value().address() == view.address()
        && last.value().dtype() == view.dtype()
        && last.value().hasShape(shape)) {
      y = last;
    } else {
      plannedStructure = 0;
      y = new Variable(view, x.needsGradient(), slot);
      put(slots, slot, y);
      // No memory of its own, lest a later variable in this place write to that of x.
      put(slotMemory, slot, MemorySegment.NULL);
    }
    record("reshape", y, x, () -> passGradient(y, x));
    return y;
  }

  /**
   * One of the blocks that a network has in a row, from its input to an output of the same shape.
   * Where nothing is recorded the memory of all that is made in the block, and that of its input,
   * serves the next block again: evaluation takes the room of one block, however many there are.
   *
   * @param x not to be used afterwards
   */
  public Variable block(Variable x, UnaryOperator<Variable> block) {
    int start = used;
    Variable y = block.apply(x);
    if (recording || !hasOwnMemory(x) || !hasOwnMemory(y) || x.slot() >= start) {
      return y;
    }
    if (y.slot() < start || !y.value().hasShape(x.value().shape())) {
      throw new IllegalArgumentException(
          "a block gave %s from %s, expected a new variable of that shape".formatted(y, x));
    }
    substitutes.values().removeIf(substitute -> substitute.slot() >= start);
    Collections.swap(slots, x.slot(), y.slot());
    Collections.swap(slotMemory, x.slot(), y.slot());
    int place = y.slot();
    y.moveTo(x.slot());
    x.moveTo(place);
    used = start;
    return y;
  }

  private boolean hasOwnMemory(Variable x) {
    int slot = x.slot();
    return slot >= 0 && slots.get(slot) == x && !slotMemory.get(slot).equals(MemorySegment.NULL);
  }

  private static <T> void put(List<T> list, int i, T element) {
    if (i < list.size()) {
      list.set(i, element);
    } else {
      list.add(element);
    }
  }

  /**
   * Records an operation; nothing happens if its output needs no gradient.
   *
   * @param operation its name: the plan of memory holds while the names, inputs and outputs of all
   *     operations stay the same, so that operations which take other gradients have other names
   */
  public void record(String operation, Variable output, Variable input, Backward backward) {
    record(operation, output, input, input, backward);
  }

  /** Records an operation of two inputs that may need gradients. */
  public void record(
      String operation, Variable output, Variable first, Variable second, Backward backward) {
    if (!output.needsGradient()) {
      return;
    }
    operations.add(backward);
    outputs.add(output);
    structure = structure * 31 + operation.hashCode();
    structure = structure * 31 + output.slot();
    structure = structure * 31 + first.slot();
    structure = structure * 31 + second.slot();
  }

  /**
   * The gradient of a variable, to be written; ask {@link Variable#gradientStarted} first whether
   * to add instead. After {@link #backward}, the gradient of an {@link #input}.
   */
  public Tensor gradient(Variable variable) {
    if (variable.frozen) {
      return unread.computeIfAbsent(
          variable, key -> Tensor.zeros(memory, key.value().dtype(), key.value().shape()));
    }
    if (!variable.needsGradient()) {
      throw new IllegalArgumentException("no gradient is kept of " + variable);
    }
    boolean first = !variable.gradientStarted;
    variable.gradientStarted = true;
    Tensor gradient = variable.gradient;
    if (gradient == null) {
      gradient = gradientMemory.take(variable.value());
      variable.gradient = gradient;
    }
    if (first && variable.weight) {
      kernels.arrays().fill(gradient, 0);
    }
    return gradient;
  }

  /**
   * Hands the gradient of an operation's output on to an input, unchanged: its memory, where the
   * input has no gradient yet, else by addition. The output's gradient is not to be used after.
   */
  public void passGradient(Variable output, Variable input) {
    Tensor from = gradient(output);
    if (input.gradientStarted) {
      kernels.arrays().addScaled(gradient(input), from, 1);
    } else if (input.gradient == null) {
      input.gradient = gradientMemory.pass(from, input.value());
      input.gradientStarted = true;
    } else {
      input.gradientStarted = true;
      if (input.gradient.address() != from.address()) {
        kernels.arrays().copy(input.gradient, from);
      }
    }
  }

  /**
   * Runs the operations backwards from an output whose elements each have this gradient: for a mean
   * over n elements, 1/n.
   */
  public void backward(Variable output, double weight) {
    prepare();
    kernels.arrays().fill(gradient(output), weight);
    walk();
  }

  /** Runs the operations backwards from an output with the given gradient. */
  public void backward(Variable output, Tensor gradient) {
    prepare();
    gradient(output).copyFrom(gradient);
    walk();
  }

  private void prepare() {
    boolean replan = structure != plannedStructure;
    if (replan) {
      gradientMemory.clear();
    }
    for (int i = 0; i < used; i++) {
      Variable variable = slots.get(i);
      variable.gradientStarted = false;
      if (replan) {
        variable.gradient = null;
      }
    }
    plannedStructure = structure;
  }

  private void walk() {
    for (int i = operations.size() - 1; i >= 0; i--) {
      Variable output = outputs.get(i);
      if (output.gradientStarted) {
        operations.get(i).run();
        gradientMemory.release(gradient(output));
      }
    }
  }

  /** Gradients of all parameters [size], laid out as {@link Parameters#values}. */
  public Tensor gradients() {
    Tensor flat = gradients;
    if (flat == null) {
      throw new IllegalStateException("an evaluation tape has no gradients");
    }
    return flat;
  }

  /** Sets the gradients of all parameters to zero. */
  public void zeroGradients() {
    kernels.arrays().fill(gradients(), 0);
  }

  @Override
  public String toString() {
    return "Tape of %d operations by %s, variables %s"
        .formatted(operations.size(), kernels.name(), Arrays.toString(slots.toArray()));
  }
}
