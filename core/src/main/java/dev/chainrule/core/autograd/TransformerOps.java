package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What transformers since LLaMA are made of, differentiable; see {@link
 * dev.chainrule.core.kernel.TransformerKernels}.
 */
public final class TransformerOps {
  private TransformerOps() {}

  /**
   * Normalisation of groups of dimensions by the root of their mean square.
   *
   * @param x [..., a multiple of C]
   * @param gain [C]
   */
  public static Variable rmsNorm(Tape tape, Variable x, Variable gain, double epsilon) {
    Tensor in = x.value();
    Tensor g = gain.value();
    require(g.rank() == 1 && in.dim(-1) % g.dim(0) == 0, "rmsNorm", in, g);
    Variable y = tape.variable(x.needsGradient() || gain.needsGradient(), in.shape());
    int groups = Math.toIntExact(in.size() / g.dim(0));
    Tensor rootInverse = tape.variable(false, groups).value();
    tape.kernels().transformer().rmsNorm(y.value(), rootInverse, in, g, epsilon);
    tape.record(
        "rmsNorm",
        y,
        x,
        gain,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = wanted(tape, x);
          Tensor dGain = wanted(tape, gain);
          tape.kernels()
              .transformer()
              .rmsNormBackward(dX, accumulate, dGain, tape.gradient(y), rootInverse, in, g);
        });
    return y;
  }

  /**
   * Rotates every head by the angles of its position.
   *
   * @param x [B, T, NH * HS]
   * @param cos the host's, the same in every step [at least T, HS/2]
   * @param sin the host's, the same in every step [at least T, HS/2]
   */
  public static Variable rotary(Tape tape, Variable x, Tensor cos, Tensor sin) {
    Tensor in = x.value();
    boolean fits =
        in.rank() == 3
            && cos.rank() == 2
            && cos.hasShape(sin.shape())
            && cos.dim(0) >= in.dim(1)
            && in.dim(2) % (2 * cos.dim(1)) == 0;
    require(fits, "rotary", in, cos);
    Tensor c = tape.lasting(cos);
    Tensor s = tape.lasting(sin);
    Variable y = tape.variable(x.needsGradient(), in.shape());
    tape.kernels().transformer().rotary(y.value(), false, in, c, s, false);
    tape.record(
        "rotary",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          tape.kernels().transformer().rotary(dX, accumulate, tape.gradient(y), c, s, true);
        });
    return y;
  }

  /**
   * Causal self-attention in which groups of heads share keys and values.
   *
   * @param q [B, T, NH * HS]
   * @param k [B, T, NKV * HS]
   * @param v [B, T, NKV * HS]
   * @return [B, T, NH * HS]
   */
  public static Variable groupedAttention(
      Tape tape, Variable q, Variable k, Variable v, AttentionShape shape) {
    Tensor tq = q.value();
    Tensor tk = k.value();
    Tensor tv = v.value();
    boolean fits =
        tq.rank() == 3
            && tq.dim(2) % shape.numHeads() == 0
            && tk.hasShape(tq.dim(0), tq.dim(1), tq.dim(2) / shape.group());
    require(fits, "groupedAttention", tq, tk);
    require(tv.hasShape(tk.shape()), "values of groupedAttention", tk, tv);
    boolean needs = q.needsGradient() || k.needsGradient() || v.needsGradient();
    Variable y = tape.variable(needs, tq.shape());
    Tensor lse = tape.variable(false, tq.dim(0), shape.numHeads(), tq.dim(1)).value();
    tape.kernels().transformer().groupedAttention(y.value(), lse, tq, tk, tv, shape);
    tape.record(
        "groupedAttention",
        y,
        q,
        k,
        () -> {
          boolean accumulate = prepare(tape, List.of(q, k, v));
          Tensor dQ = wanted(tape, q);
          Tensor dK = wanted(tape, k);
          Tensor dV = wanted(tape, v);
          Tensor dY = tape.gradient(y);
          tape.kernels()
              .transformer()
              .groupedAttentionBackward(
                  dQ, dK, dV, accumulate, dY, y.value(), lse, tq, tk, tv, shape);
        });
    return y;
  }

  /**
   * Whether the gradients of several inputs are to be added to: all if one is, or if two are one;
   * those that had none yet begin at zero.
   */
  private static boolean prepare(Tape tape, List<Variable> inputs) {
    boolean accumulate = inputs.stream().distinct().count() < inputs.size();
    for (Variable input : inputs) {
      accumulate |= input.gradientStarted();
    }
    for (Variable input : inputs) {
      if (accumulate && input.needsGradient() && !input.gradientStarted()) {
        tape.kernels().arrays().fill(tape.gradient(input), 0);
      }
    }
    return accumulate;
  }

  /**
   * A gated unit, {@code f(gate) up}, or without up {@code f(gate)}.
   *
   * @param gate of any shape
   * @param up of the same shape
   */
  public static Variable gatedUnit(
      Tape tape, Variable gate, @Nullable Variable up, GateFunction f) {
    Tensor g = gate.value();
    Tensor u = up == null ? null : up.value();
    require(u == null || u.hasShape(g.shape()), "gatedUnit", g, u == null ? g : u);
    boolean needs = gate.needsGradient() || (up != null && up.needsGradient());
    Variable y = tape.variable(needs, g.shape());
    tape.kernels().transformer().gatedUnit(y.value(), g, u, f);
    tape.record(
        "gatedUnit",
        y,
        gate,
        up == null ? gate : up,
        () -> {
          boolean accumulate = gate.gradientStarted();
          Tensor dY = tape.gradient(y);
          // The output's gradient becomes the gate's, in the same memory.
          if (gate.needsGradient() && !accumulate && up != gate) {
            tape.passGradient(y, gate);
          }
          Tensor dGate = wanted(tape, gate);
          boolean accumulateUp = up != null && up.gradientStarted();
          Tensor dUp = up == null ? null : wanted(tape, up);
          tape.kernels()
              .transformer()
              .gatedUnitBackward(dGate, accumulate, dUp, accumulateUp, dY, g, u, f);
        });
    return y;
  }

  /**
   * {@code cap tanh(x / cap)}, element by element.
   *
   * @param cap 0 for none
   */
  public static Variable softCap(Tape tape, Variable x, double cap) {
    if (cap == 0) {
      return x;
    }
    Variable y = tape.variable(x.needsGradient(), x.value().shape());
    tape.kernels().transformer().softCap(y.value(), x.value(), cap);
    tape.record(
        "softCap",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          tape.kernels()
              .transformer()
              .softCapBackward(dX, accumulate, tape.gradient(y), y.value(), cap);
        });
    return y;
  }

  private static @Nullable Tensor wanted(Tape tape, Variable variable) {
    return variable.needsGradient() ? tape.gradient(variable) : null;
  }

  private static void require(boolean condition, String operation, Tensor a, Tensor b) {
    if (!condition) {
      throw new IllegalArgumentException(
          "%s: shapes %s and %s do not fit".formatted(operation, a, b));
    }
  }
}
