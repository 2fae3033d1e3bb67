package dev.chainrule.text.adapter;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Substitution;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.Readout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A language model some of whose matrices W [O, I] are used as {@code W + (alpha / R) B A} (Hu et
 * al. 2021): W and all else of the model stay as they are, and B [O, R] and A [R, I] are learnt. B
 * begins at zero, so that the model begins as it was. Any language model can be so adapted: its
 * forward pass finds the sums where it asks its tape for the matrices.
 *
 * <p><b>Differences from the paper:</b> the sum is computed once in each step, in place of x A and
 * then B beside x W: it costs a share of R / tokens more and serves embeddings and recurrent
 * weights too, but the product for W's gradient is computed as in full training. A is drawn from
 * N(0, 1 / (3 I)), and kept as its transpose.
 */
public final class AdaptedModel implements LanguageModel {
  private final LanguageModel base;
  private final LowRank shape;
  private final Parameters parameters = new Parameters();
  private final List<Adapter> adapters = new ArrayList<>();

  /**
   * The change of one matrix.
   *
   * @param matrix W [O, I], of the base
   * @param down A, transposed [I, R]
   * @param up B [O, R]
   */
  private record Adapter(Parameter matrix, Parameter down, Parameter up) {}

  /**
   * Declares the parameters {@code NAME.lora_a} and {@code NAME.lora_b} for each matrix.
   *
   * @param base the model as it is; its parameters are used and never changed
   * @throws InputException if no matrix has such a name; the sentence says which there are
   */
  public AdaptedModel(LanguageModel base, LowRank shape) {
    this.base = base;
    this.shape = shape;
    for (Parameter matrix : base.parameters().all()) {
      if (matrix.shape().length == 2 && shape.changes(matrix.name())) {
        adapters.add(declared(matrix));
      }
    }
    if (adapters.isEmpty()) {
      throw new InputException(
          "lora targets %s are in the name of no matrix of the model, expected some of %s"
              .formatted(String.join(", ", shape.targets()), partsOfNames()));
    }
    Map<Parameter, Substitution> sums = new LinkedHashMap<>();
    for (Adapter adapter : adapters) {
      sums.put(adapter.matrix, (tape, frozen) -> sum(tape, frozen, adapter));
    }
    parameters.standOn(base.parameters(), sums);
  }

  private Adapter declared(Parameter matrix) {
    int inputs = matrix.dim(1);
    return new Adapter(
        matrix,
        parameters.add(
            matrix.name() + ".lora_a",
            Initializer.normal(1 / Math.sqrt(3.0 * inputs)),
            inputs,
            shape.rank()),
        parameters.add(
            matrix.name() + ".lora_b", Initializer.constant(0), matrix.dim(0), shape.rank()));
  }

  private String partsOfNames() {
    TreeSet<String> parts = new TreeSet<>();
    for (Parameter matrix : base.parameters().all()) {
      if (matrix.shape().length == 2) {
        parts.addAll(List.of(matrix.name().split("\\.")));
      }
    }
    parts.removeIf(part -> part.equals("weight") || part.chars().allMatch(Character::isDigit));
    return String.join(", ", parts);
  }

  private Variable sum(Tape tape, Variable matrix, Adapter adapter) {
    Variable up = ElementwiseOps.scale(tape, tape.parameter(adapter.up), shape.scale());
    return Ops.linear(tape, up, tape.parameter(adapter.down), null, matrix);
  }

  /**
   * Adds the changes to the matrices of the base, whose parameters are float32.
   *
   * @return the base, which has the likelihoods of this model from now on
   */
  public LanguageModel merge() {
    Parameters changed = base.parameters();
    for (Adapter adapter : adapters) {
      Tensor matrix = changed.value(adapter.matrix);
      double[] down = parameters.value(adapter.down).host().toDoubles();
      double[] up = parameters.value(adapter.up).host().toDoubles();
      int inputs = adapter.matrix.dim(1);
      int rank = shape.rank();
      float[] row = new float[inputs];
      for (int o = 0; o < adapter.matrix.dim(0); o++) {
        matrix.read((long) o * inputs, row, 0, inputs);
        for (int i = 0; i < inputs; i++) {
          double sum = 0;
          for (int r = 0; r < rank; r++) {
            sum += up[o * rank + r] * down[i * rank + r];
          }
          row[i] = (float) (row[i] + shape.scale() * sum);
        }
        matrix.write((long) o * inputs, row, 0, inputs);
      }
    }
    return base;
  }

  /** The names of the matrices that change. */
  public List<String> matrices() {
    return adapters.stream().map(adapter -> adapter.matrix.name()).toList();
  }

  /** Those that are learnt; the base's are frozen. */
  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int vocabSize() {
    return base.vocabSize();
  }

  @Override
  public int contextLength() {
    return base.contextLength();
  }

  @Override
  public Variable logits(Tape tape, Tensor ids) {
    return base.logits(tape, ids);
  }

  @Override
  public Readout readout(Tape tape, Tensor ids) {
    return base.readout(tape, ids);
  }
}
