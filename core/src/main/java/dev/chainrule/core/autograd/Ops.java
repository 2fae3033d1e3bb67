package dev.chainrule.core.autograd;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The differentiable operations: each checks its shapes, calls its kernel, and records the kernel's
 * backward. A matrix of rows {@code [N, C]} stands for any array whose last dimension is C.
 */
public final class Ops {
  private Ops() {}

  /**
   * {@code x w^T + bias}.
   *
   * @param x [..., I]
   * @param weight [O, I]
   * @param bias [O]
   * @return [..., O]
   */
  public static Variable linear(Tape tape, Variable x, Variable weight, @Nullable Variable bias) {
    return linear(tape, x, weight, bias, null);
  }

  /**
   * {@code residual + x w^T + bias}: the last map of a residual block.
   *
   * @param x [..., I]
   * @param weight [O, I]
   * @param bias [O]
   * @param residual [..., O]
   * @return [..., O]
   */
  public static Variable linear(
      Tape tape,
      Variable x,
      Variable weight,
      @Nullable Variable bias,
      @Nullable Variable residual) {
    Tensor w = weight.value();
    require(w.rank() == 2 && x.value().dim(-1) == w.dim(1), "linear", x, weight);
    int[] shape = x.value().shape();
    shape[shape.length - 1] = w.dim(0);
    if (bias != null) {
      require(bias.value().hasShape(w.dim(0)), "bias of linear", bias, weight);
    }
    if (residual != null) {
      require(residual.value().hasShape(shape), "residual of linear", residual, weight);
    }
    boolean needs =
        x.needsGradient()
            || weight.needsGradient()
            || (residual != null && residual.needsGradient());
    Variable y = tape.variable(needs, shape);
    tape.kernels().linear().linear(y.value(), x.value(), w, valueOf(bias), valueOf(residual));
    tape.record(
        "linear",
        y,
        x,
        residual == null ? weight : residual,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = x.needsGradient() ? tape.gradient(x) : null;
          Tensor dWeight = weight.needsGradient() ? tape.gradient(weight) : null;
          Tensor dBias = bias != null && bias.needsGradient() ? tape.gradient(bias) : null;
          tape.kernels()
              .linear()
              .linearBackward(dX, accumulate, dWeight, dBias, tape.gradient(y), x.value(), w);
          if (residual != null && residual.needsGradient()) {
            tape.passGradient(y, residual);
          }
        });
    return y;
  }

  /**
   * Rows of a table.
   *
   * @param ids int32 of any shape, the host's, each from 0 to V - 1
   * @param table [V, C]
   * @return the shape of ids, then C
   */
  public static Variable embedding(Tape tape, Tensor ids, Variable table) {
    Tensor t = table.value();
    if (ids.dtype() != DType.INT32) {
      throw new IllegalArgumentException("embedding of " + ids + ", expected int32 ids");
    }
    requireIds(ids, 0, t.dim(0));
    Tensor on = tape.upload(ids);
    int[] shape = Arrays.copyOf(ids.shape(), ids.rank() + 1);
    shape[shape.length - 1] = t.dim(1);
    // Also of a frozen table: what follows has the gradients that it has in all training.
    Variable y = tape.variable(true, shape);
    tape.kernels().linear().embedding(y.value(), on, t);
    tape.record(
        "embedding",
        y,
        table,
        () -> {
          if (table.needsGradient()) {
            tape.kernels().linear().embeddingBackward(tape.gradient(table), tape.gradient(y), on);
          }
        });
    return y;
  }

  /**
   * Adds the same rows again and again: {@code y[n] = x[n] + rows[n mod R]}.
   *
   * @param x [..., R, C]
   * @param rows the first R rows are used, [at least R, C]
   */
  public static Variable addRows(Tape tape, Variable x, Variable rows) {
    int count = x.value().rank() == 1 ? 1 : x.value().dim(-2);
    Tensor all = rows.value();
    require(
        all.rank() == 2 && all.dim(0) >= count && all.dim(1) == x.value().dim(-1),
        "addRows",
        x,
        rows);
    Variable y = tape.variable(x.needsGradient() || rows.needsGradient(), x.value().shape());
    tape.kernels().linear().addRows(y.value(), x.value(), all.slice(0, count));
    tape.record(
        "addRows",
        y,
        x,
        rows,
        () -> {
          if (rows.needsGradient()) {
            boolean started = rows.gradientStarted();
            Tensor dRows = tape.gradient(rows);
            if (!started) {
              tape.kernels().arrays().fill(dRows, 0);
            }
            tape.kernels().linear().addRowsBackward(dRows.slice(0, count), tape.gradient(y));
          }
          if (x.needsGradient()) {
            tape.passGradient(y, x);
          }
        });
    return y;
  }

  /**
   * Layer normalisation over the last dimension.
   *
   * @param x [..., C]
   * @param gain [C]
   * @param bias [C]
   */
  public static Variable layerNorm(
      Tape tape, Variable x, Variable gain, @Nullable Variable bias, double epsilon) {
    int width = x.value().dim(-1);
    require(gain.value().hasShape(width), "layerNorm", x, gain);
    boolean needs = x.needsGradient() || gain.needsGradient();
    Variable y = tape.variable(needs, x.value().shape());
    Tensor mean = tape.variable(false, x.value().rows()).value();
    Tensor rstd = tape.variable(false, x.value().rows()).value();
    tape.kernels()
        .attention()
        .layerNorm(y.value(), mean, rstd, x.value(), gain.value(), valueOf(bias), epsilon);
    tape.record(
        "layerNorm",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          Tensor dBias = bias == null ? null : tape.gradient(bias);
          tape.kernels()
              .attention()
              .layerNormBackward(
                  dX,
                  accumulate,
                  tape.gradient(gain),
                  dBias,
                  tape.gradient(y),
                  mean,
                  rstd,
                  x.value(),
                  gain.value());
        });
    return y;
  }

  /** GELU in its tanh form, element by element. */
  public static Variable gelu(Tape tape, Variable x) {
    Variable y = tape.variable(x.needsGradient(), x.value().shape());
    tape.kernels().activations().gelu(y.value(), x.value());
    tape.record(
        "gelu",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          if (!accumulate) {
            tape.passGradient(y, x);
          }
          tape.kernels()
              .activations()
              .geluBackward(
                  tape.gradient(x),
                  accumulate,
                  accumulate ? tape.gradient(y) : tape.gradient(x),
                  x.value());
        });
    return y;
  }

  /**
   * Causal self-attention of all heads.
   *
   * @param qkv [B, T, 3C], queries, keys and values beside each other
   * @return [B, T, C]
   */
  public static Variable causalAttention(Tape tape, Variable qkv, int numHeads) {
    Tensor in = qkv.value();
    require(in.rank() == 3 && in.dim(2) % (3 * numHeads) == 0, "causalAttention", qkv, qkv);
    int batch = in.dim(0);
    int time = in.dim(1);
    Variable y = tape.variable(qkv.needsGradient(), batch, time, in.dim(2) / 3);
    Tensor logSumExp = tape.variable(false, batch, numHeads, time).value();
    tape.kernels().attention().causalAttention(y.value(), logSumExp, in, numHeads);
    tape.record(
        "causalAttention",
        y,
        qkv,
        () -> {
          boolean accumulate = qkv.gradientStarted();
          Tensor dQkv = tape.gradient(qkv);
          tape.kernels()
              .attention()
              .causalAttentionBackward(
                  dQkv, accumulate, tape.gradient(y), y.value(), logSumExp, in, numHeads);
        });
    return y;
  }

  /** {@code a + b}, of the same shape. */
  public static Variable add(Tape tape, Variable a, Variable b) {
    require(a.value().hasShape(b.value().shape()), "add", a, b);
    Variable y = tape.variable(a.needsGradient() || b.needsGradient(), a.value().shape());
    tape.kernels().arrays().add(y.value(), a.value(), b.value());
    tape.record(
        "add",
        y,
        a,
        b,
        () -> {
          if (b.needsGradient()) {
            boolean accumulate = b.gradientStarted();
            Tensor dB = tape.gradient(b);
            if (accumulate) {
              tape.kernels().arrays().addScaled(dB, tape.gradient(y), 1);
            } else {
              tape.kernels().arrays().copy(dB, tape.gradient(y));
            }
          }
          if (a.needsGradient()) {
            tape.passGradient(y, a);
          }
        });
    return y;
  }

  /**
   * Dropout; nothing happens on an evaluation tape or with probability 0.
   *
   * @param probability of a zero, at least 0 and less than 1
   */
  public static Variable dropout(Tape tape, Variable x, double probability) {
    if (!tape.recording() || probability == 0) {
      return x;
    }
    long key = tape.nextKey(x.value().size());
    Variable y = tape.variable(x.needsGradient(), x.value().shape());
    tape.kernels().attention().dropout(y.value(), false, x.value(), probability, key);
    tape.record(
        "dropout",
        y,
        x,
        () -> {
          boolean accumulate = x.gradientStarted();
          Tensor dX = tape.gradient(x);
          tape.kernels().attention().dropout(dX, accumulate, tape.gradient(y), probability, key);
        });
    return y;
  }

  /**
   * Negative log-likelihood of targets under softmax(logits), in nats.
   *
   * @param logits [..., V]
   * @param targets int32 of N elements, each below V; a negative one is not observed and has nll 0
   * @return [N]
   */
  public static Variable crossEntropy(Tape tape, Variable logits, Tensor targets) {
    Tensor l = logits.value();
    int rows = l.rows();
    if (targets.dtype() != DType.INT32 || targets.size() != rows) {
      throw new IllegalArgumentException(
          "crossEntropy of logits %s and targets %s, expected int32 of %d elements"
              .formatted(l, targets, rows));
    }
    requireIds(targets, Integer.MIN_VALUE, l.dim(-1));
    Tensor on = tape.upload(targets);
    Variable nll = tape.variable(logits.needsGradient(), rows);
    Tensor logSumExp = tape.variable(false, rows).value();
    tape.kernels().softmax().crossEntropy(nll.value(), logSumExp, l, on);
    tape.record(
        "crossEntropy",
        nll,
        logits,
        () -> {
          boolean accumulate = logits.gradientStarted();
          Tensor dLogits = tape.gradient(logits);
          tape.kernels()
              .softmax()
              .crossEntropyBackward(dLogits, accumulate, tape.gradient(nll), logSumExp, l, on);
        });
    return nll;
  }

  private static @Nullable Tensor valueOf(@Nullable Variable variable) {
    return variable == null ? null : variable.value();
  }

  private static void require(boolean condition, String operation, Variable a, Variable b) {
    if (!condition) {
      throw new IllegalArgumentException(
          "%s: shapes %s and %s do not fit".formatted(operation, a.value(), b.value()));
    }
  }

  /** Kernels do not check: an id from outside would have them write outside of their arrays. */
  static void requireIds(Tensor ids, int from, int count) {
    for (long i = 0; i < ids.size(); i++) {
      int id = ids.getInt(i);
      if (id < from || id >= count) {
        throw new IllegalArgumentException(
            "id %d at place %d, expected 0 to %d".formatted(id, i, count - 1));
      }
    }
  }
}
