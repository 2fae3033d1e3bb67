package dev.chainrule.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.engine.Nd4jEngine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.model.Decoder;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The properties that every autoregressive model keeps, as tests over random weights and inputs. A
 * model gets them all by one line:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsTheContract() {
 *   return ModelContract.of(subject).tests();
 * }
 * }</pre>
 *
 * @param <B> the model's batch
 */
public final class ModelContract<B extends Batch> {
  static final long SEED = 20_260_101;
  private static final double LOGIT_TOLERANCE = 1e-4;

  static final Engine REFERENCE = Engines.open("reference", 1);
  private static final Engine VECTOR = Engines.open("vector", 1);
  private static final Engine ND4J = Engines.open("nd4j", 1);
  private static final Engine ND4J_ARRAYS = new Nd4jEngine();

  /** Places whose gradients are tried, about; three in each parameter at most, one at least. */
  private static final int GRADIENTS = 150;

  /** Makes a random batch. */
  @FunctionalInterface
  public interface Batches<B> {
    B random(RandomGenerator rng, int sequences, int length);
  }

  /**
   * A model to be tested.
   *
   * @param model a small one, its parameters declared, not allocated
   * @param batches random batches for it
   * @param length of the sequences tried
   * @param alphabet number of values of an element where all sequences of {@code jointLength} can
   *     be counted through; 0 where elements are not discrete or the alphabet is large
   * @param jointLength length of those sequences
   * @param reaches whether the conditional of element t (second) should depend on element s (first)
   *     for s before t; most models: always
   * @param downloads transfers from the device in a training step: 1, the loss, for a model that is
   *     computed there
   */
  public record Subject<B extends Batch>(
      Supplier<? extends AutoregressiveModel<B>> model,
      Batches<B> batches,
      int length,
      int alphabet,
      int jointLength,
      BiPredicate<Integer, Integer> reaches,
      int downloads) {

    /** For a model that is computed on the engine. */
    public Subject(
        Supplier<? extends AutoregressiveModel<B>> model,
        Batches<B> batches,
        int length,
        int alphabet,
        int jointLength,
        BiPredicate<Integer, Integer> reaches) {
      this(model, batches, length, alphabet, jointLength, reaches, 1);
    }

    /** For a model that sees its whole past. */
    public Subject(
        Supplier<? extends AutoregressiveModel<B>> model,
        Batches<B> batches,
        int length,
        int alphabet,
        int jointLength) {
      this(model, batches, length, alphabet, jointLength, (s, t) -> true);
    }
  }

  private final Subject<B> subject;

  private ModelContract(Subject<B> subject) {
    this.subject = subject;
  }

  public static <B extends Batch> ModelContract<B> of(Subject<B> subject) {
    return new ModelContract<>(subject);
  }

  /** All properties. */
  public Stream<DynamicTest> tests() {
    return Stream.of(
        dynamicTest("each conditional depends on its whole past and on nothing else", this::reach),
        dynamicTest("no conditional sees the future, on either engine", this::causality),
        dynamicTest("incremental and teacher-forced conditionals agree", this::agreement),
        dynamicTest("streams have positions of their own, and can be forked", this::streams),
        dynamicTest("a decoder speaks for the weights as they were", this::snapshot),
        dynamicTest(
            "it runs where the host cannot reach", () -> new FarCheck<>(subject, this).run()),
        dynamicTest("likelihoods of all sequences sum to one", this::normalisation),
        dynamicTest("gradients agree with central differences", this::gradients),
        dynamicTest(
            "processes that share a batch learn what one learns from it",
            () -> new PeersCheck<>(subject, this).run()),
        dynamicTest("engines agree in likelihood and gradients", this::engines));
  }

  /** The full dependency matrix in double precision, where any dependence shows. */
  private void reach() {
    AutoregressiveModel<B> model = allocated(DType.FLOAT64);
    B batch = batch(1, subject.length());
    Engine engine = REFERENCE;
    double[] before = conditionals(model, engine, batch);
    int given = model.givenElements();
    int width = before.length / (subject.length() - given);
    for (int s = 0; s < subject.length(); s++) {
      double[] after = conditionals(model, engine, changed(batch, s));
      for (int t = given; t < subject.length(); t++) {
        boolean moved = differs(before, after, (t - given) * width, width);
        boolean expected = s < t && subject.reaches().test(s, t);
        assertThat(moved)
            .as("conditional of element %d depends on element %d", t, s)
            .isEqualTo(expected);
      }
    }
  }

  private void causality() {
    for (Engine engine : List.of(VECTOR, ND4J)) {
      causality(engine);
    }
  }

  private void causality(Engine engine) {
    AutoregressiveModel<B> model = allocated(DType.FLOAT32);
    B batch = batch(2, subject.length());
    double[] before = conditionals(model, engine, batch);
    int rows = subject.length() - model.givenElements();
    int width = before.length / (2 * rows);
    for (int s = 0; s < subject.length(); s++) {
      double[] after = conditionals(model, engine, changed(batch, s));
      for (int t = model.givenElements(); t <= s; t++) {
        int at = (t - model.givenElements()) * width;
        assertThat(differs(before, after, at, width))
            .as("%s: conditional of element %d sees element %d", engine.name(), t, s)
            .isFalse();
      }
    }
  }

  private void agreement() {
    AutoregressiveModel<B> model = allocated(DType.FLOAT32);
    for (Engine engine : List.of(REFERENCE, VECTOR, ND4J)) {
      for (int streams : new int[] {1, 2, 3, 5}) {
        B batch = batch(streams, subject.length());
        try (Decoder decoder = model.decoder(engine, batch)) {
          agreement(model, engine, batch, decoder);
          decoder.reset();
          agreement(model, engine, batch, decoder);
        }
      }
    }
  }

  private void agreement(AutoregressiveModel<B> model, Engine engine, B batch, Decoder decoder) {
    double[] parallel = conditionals(model, engine, batch);
    int given = model.givenElements();
    int rows = subject.length() - given;
    int width = parallel.length / (batch.size() * rows);
    for (int t = 0; t < subject.length(); t++) {
      if (t >= given) {
        Tensor conditional = decoder.conditional();
        for (int s = 0; s < batch.size(); s++) {
          assertRow(engine, conditional, s, parallel, (s * rows + t - given) * width, width);
        }
      }
      if (t + 1 < subject.length()) {
        decoder.feed(column(batch.elements(), t));
      }
    }
  }

  static void assertRow(
      Engine engine, Tensor conditional, int stream, double[] expected, int at, int width) {
    for (int i = 0; i < width; i++) {
      assertThat(conditional.get((long) stream * width + i))
          .as("%s: stream %d, parameter %d", engine.name(), stream, i)
          .isCloseTo(expected[at + i], within(LOGIT_TOLERANCE));
    }
  }

  /**
   * Three streams: the second is reset halfway and begins again, the third becomes a copy of the
   * first and goes on with elements of its own.
   */
  private void streams() {
    AutoregressiveModel<B> model = allocated(DType.FLOAT32);
    int given = model.givenElements();
    int half = Math.max(given, subject.length() / 2);
    for (Engine engine : List.of(REFERENCE, VECTOR, ND4J)) {
      B batch = batch(3, subject.length());
      // After the fork the third stream has the first one's beginning and conditions.
      B forked = forked(batch, half);
      double[] parallel = conditionals(model, engine, forked);
      int rows = subject.length() - given;
      int width = parallel.length / (3 * rows);
      try (Decoder decoder = model.decoder(engine, batch)) {
        for (int t = 0; t < half; t++) {
          decoder.feed(column(batch.elements(), t));
        }
        decoder.fork(0, 2);
        int after = (2 * rows + half - given) * width;
        if (Conditions.none(batch)) {
          assertRow(engine, decoder.conditional(), 2, parallel, after, width);
        }
        decoder.reset(1);
        for (int t = half; t < subject.length(); t++) {
          assertThat(decoder.position(0)).isEqualTo(t);
          assertThat(decoder.position(1)).isEqualTo(t - half);
          assertThat(decoder.position(2)).isEqualTo(t);
          if (t - half >= given) {
            Tensor conditional = decoder.conditional();
            int at = (t - given) * width;
            assertRow(engine, conditional, 0, parallel, at, width);
            assertRow(engine, conditional, 1, parallel, at + (rows - half) * width, width);
            if (Conditions.none(batch)) {
              assertRow(engine, conditional, 2, parallel, at + 2 * rows * width, width);
            }
          }
          if (t + 1 < subject.length()) {
            Tensor next = column(forked.elements(), t);
            copyElement(column(batch.elements(), t - half), 1, next);
            decoder.feed(next);
          }
        }
      }
    }
  }

  /** The batch with the third sequence beginning as the first. */
  @SuppressWarnings("unchecked")
  private B forked(B batch, int length) {
    Tensor elements = copy(batch.elements());
    long size = elements.size() / batch.size();
    long part = size / batch.length() * length;
    elements.part(2 * size, part).copyFrom(batch.elements().part(0, part));
    return (B) batch.withElements(elements);
  }

  private static void copyElement(Tensor from, int stream, Tensor to) {
    long width = from.size() / from.dim(0);
    to.part(stream * width, width).copyFrom(from.part(stream * width, width));
  }

  private void snapshot() {
    AutoregressiveModel<B> model = allocated(DType.FLOAT32);
    B batch = batch(2, subject.length());
    for (Engine engine : List.of(REFERENCE, VECTOR)) {
      try (Decoder decoder = model.decoder(engine, batch)) {
        double[] before = feedAll(model, decoder, batch);
        Tensor kept = copy(model.parameters().values());
        model.parameters().values().fill(0.5);
        decoder.reset();
        double[] after = feedAll(model, decoder, batch);
        model.parameters().values().copyFrom(kept);
        assertThat(after).as(engine.name()).isEqualTo(before);
      }
    }
  }

  private double[] feedAll(AutoregressiveModel<B> model, Decoder decoder, B batch) {
    for (int t = 0; t < Math.max(model.givenElements(), subject.length() / 2); t++) {
      decoder.feed(column(batch.elements(), t));
    }
    return decoder.conditional().toDoubles();
  }

  private void normalisation() {
    if (subject.alphabet() == 0) {
      return;
    }
    for (Engine engine : List.of(REFERENCE, VECTOR)) {
      AutoregressiveModel<B> model = allocated(DType.FLOAT32);
      B batch = batch(1, subject.jointLength());
      int free = subject.jointLength() - model.givenElements();
      double total = 0;
      int count = (int) Math.pow(subject.alphabet(), free);
      for (int code = 0; code < count; code++) {
        total += Math.exp(-nll(model, engine, sequence(batch, code, model.givenElements())));
      }
      assertThat(total).as(engine.name()).isCloseTo(1.0, within(1e-4));
    }
  }

  private void gradients() {
    AutoregressiveModel<B> model = allocated(DType.FLOAT64);
    Parameters parameters = model.parameters();
    Tape tape = Tape.training(REFERENCE, parameters);
    B batch = batch(2, subject.length());
    tape.begin(SEED);
    Variable nll = model.nll(tape, batch);
    tape.backward(nll, 1);
    Tensor values = parameters.values();
    RandomGenerator rng = CounterRandom.of(SEED, 3);
    int trials = Math.clamp(GRADIENTS / parameters.all().size(), 1, 3);
    for (Parameter parameter : parameters.all()) {
      for (int trial = 0; trial < trials; trial++) {
        long i = parameter.offset() + rng.nextLong(parameter.size());
        double old = values.get(i);
        double h = 1e-5;
        values.set(i, old + h);
        double above = trainingNll(model, tape, batch);
        values.set(i, old - h);
        double below = trainingNll(model, tape, batch);
        values.set(i, old);
        double expected = (above - below) / (2 * h);
        assertThat(tape.gradients().get(i))
            .as("gradient of %s at %d", parameter.name(), i - parameter.offset())
            .isCloseTo(expected, within(1e-6 + 1e-5 * Math.abs(expected)));
      }
    }
  }

  private void engines() {
    AutoregressiveModel<B> model = allocated(DType.FLOAT32);
    B batch = batch(3, subject.length());
    double[] expected = nllAndGradients(model, REFERENCE, batch);
    // Last the one with memory of its own, where the parameters then lie.
    for (Engine engine : List.of(VECTOR, ND4J, ND4J_ARRAYS)) {
      model.parameters().moveTo(engine);
      double[] actual = nllAndGradients(model, engine, batch);
      double largest = 0;
      for (double value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i])
            .as("%s at %d", engine.name(), i)
            .isCloseTo(expected[i], within(1e-4 * Math.abs(expected[i]) + 1e-5 * largest));
      }
    }
  }

  double[] nllAndGradients(AutoregressiveModel<B> model, Engine engine, B batch) {
    Tape tape = Tape.training(engine, model.parameters());
    double[] first = null;
    // The second round runs on memory and plans kept from the first.
    for (int round = 0; round < 2; round++) {
      tape.zeroGradients();
      tape.begin(SEED);
      Variable nll = model.nll(tape, batch);
      tape.backward(nll, 1);
      double[] values = nll.value().toDoubles();
      double[] gradients = tape.gradients().toDoubles();
      double[] all = new double[values.length + gradients.length];
      System.arraycopy(values, 0, all, 0, values.length);
      System.arraycopy(gradients, 0, all, values.length, gradients.length);
      if (first != null) {
        assertThat(all).as("a second round on the same tape").isEqualTo(first);
      }
      first = all;
    }
    return first;
  }

  AutoregressiveModel<B> allocated(DType dtype) {
    AutoregressiveModel<B> model = subject.model().get();
    model.parameters().allocate(dtype, SEED);
    // Larger than at initialisation, so that every path carries weight; zeros too become random.
    RandomGenerator rng = CounterRandom.of(SEED, 1);
    Tensor values = model.parameters().values();
    for (long i = 0; i < values.size(); i++) {
      values.set(i, values.get(i) + 0.2 * rng.nextGaussian());
    }
    return model;
  }

  B batch(int sequences, int length) {
    return subject.batches().random(CounterRandom.of(SEED, 2, sequences), sequences, length);
  }

  double[] conditionals(AutoregressiveModel<B> model, Engine engine, B batch) {
    Tape tape = Tape.evaluation(engine, model.parameters());
    tape.begin();
    return model.conditionals(tape, batch).value().toDoubles();
  }

  private double nll(AutoregressiveModel<B> model, Engine engine, B batch) {
    Tape tape = Tape.evaluation(engine, model.parameters());
    tape.begin();
    return sum(model.nll(tape, batch).value());
  }

  private double trainingNll(AutoregressiveModel<B> model, Tape tape, B batch) {
    tape.begin(SEED);
    return sum(model.nll(tape, batch).value());
  }

  private static double sum(Tensor values) {
    double sum = 0;
    for (double value : values.toDoubles()) {
      sum += value;
    }
    return sum;
  }

  /** The batch with element s of every sequence replaced by that of another random batch. */
  @SuppressWarnings("unchecked")
  private B changed(B batch, int s) {
    Tensor elements = copy(batch.elements());
    int width = Math.toIntExact(elements.size() / (batch.size() * (long) batch.length()));
    for (int b = 0; b < batch.size(); b++) {
      for (int k = 0; k < width; k++) {
        long at = ((long) b * batch.length() + s) * width + k;
        double old = elements.get(at);
        for (int attempt = 0; elements.get(at) == old; attempt++) {
          B other =
              subject
                  .batches()
                  .random(CounterRandom.of(SEED, 4, attempt), batch.size(), batch.length());
          elements.set(at, other.elements().get(at));
        }
      }
    }
    return (B) batch.withElements(elements);
  }

  /** Sequence number {@code code} in the count through all of them. */
  @SuppressWarnings("unchecked")
  private B sequence(B batch, int code, int given) {
    Tensor elements = copy(batch.elements());
    for (int t = given; t < subject.jointLength(); t++) {
      elements.set(t, code % subject.alphabet());
      code /= subject.alphabet();
    }
    return (B) batch.withElements(elements);
  }

  /** Element t of every sequence [S, ...]. */
  public static Tensor column(Tensor elements, int t) {
    int batch = elements.dim(0);
    int[] shape = new int[elements.rank() - 1];
    shape[0] = batch;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = elements.dim(i + 1);
    }
    Tensor column = Tensor.zeros(elements.dtype(), shape);
    long width = column.size() / batch;
    for (int b = 0; b < batch; b++) {
      for (long k = 0; k < width; k++) {
        column.set(b * width + k, elements.get((b * (long) elements.dim(1) + t) * width + k));
      }
    }
    return column;
  }

  private static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.zeros(tensor.dtype(), tensor.shape());
    copy.copyFrom(tensor);
    return copy;
  }

  private static boolean differs(double[] a, double[] b, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (a[i] != b[i]) {
        return true;
      }
    }
    return false;
  }
}
