package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.TransformerKernels;
import dev.chainrule.core.kernel.reference.StandIn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What transformers since LLaMA have, which the device lacks: the host computes it, by copies there
 * and back.
 */
record CudaTransformer(StandIn standIn) implements TransformerKernels {
  private TransformerKernels host() {
    return standIn.of("operations of transformers since LLaMA").transformer();
  }

  /** Copies at the host of what an operation writes, brought back at the end. */
  private static final class Outputs implements AutoCloseable {
    private record Pair(Tensor device, Tensor host) {}

    private final List<Pair> pairs = new ArrayList<>();

    /** The tensor's copy, with what it holds: it may be added to. Equal ones share a copy. */
    Tensor of(Tensor device) {
      for (Pair pair : pairs) {
        if (pair.device.address() == device.address()) {
          return pair.host;
        }
      }
      Tensor host = device.host();
      pairs.add(new Pair(device, host));
      return host;
    }

    @Nullable Tensor ofNullable(@Nullable Tensor device) {
      return device == null ? null : of(device);
    }

    @Override
    public void close() {
      pairs.forEach(pair -> pair.device.copyFrom(pair.host));
    }
  }

  private static @Nullable Tensor read(@Nullable Tensor device) {
    return device == null ? null : device.host();
  }

  @Override
  public void rmsNorm(Tensor y, Tensor rootInverse, Tensor x, Tensor gain, double epsilon) {
    try (Outputs out = new Outputs()) {
      host().rmsNorm(out.of(y), out.of(rootInverse), x.host(), gain.host(), epsilon);
    }
  }

  @Override
  public void rmsNormBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dGain,
      Tensor dY,
      Tensor rootInverse,
      Tensor x,
      Tensor gain) {
    try (Outputs out = new Outputs()) {
      host()
          .rmsNormBackward(
              out.ofNullable(dX),
              accumulate,
              out.ofNullable(dGain),
              dY.host(),
              rootInverse.host(),
              x.host(),
              gain.host());
    }
  }

  @Override
  public void rotary(
      Tensor y, boolean accumulate, Tensor x, Tensor cos, Tensor sin, boolean inverse) {
    try (Outputs out = new Outputs()) {
      host().rotary(out.of(y), accumulate, x.host(), cos.host(), sin.host(), inverse);
    }
  }

  @Override
  public void groupedAttention(
      Tensor y, Tensor logSumExp, Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    try (Outputs out = new Outputs()) {
      host().groupedAttention(out.of(y), out.of(logSumExp), q.host(), k.host(), v.host(), shape);
    }
  }

  @Override
  public void groupedAttentionBackward(
      @Nullable Tensor dQ,
      @Nullable Tensor dK,
      @Nullable Tensor dV,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape) {
    try (Outputs out = new Outputs()) {
      host()
          .groupedAttentionBackward(
              out.ofNullable(dQ),
              out.ofNullable(dK),
              out.ofNullable(dV),
              accumulate,
              dY.host(),
              y.host(),
              logSumExp.host(),
              q.host(),
              k.host(),
              v.host(),
              shape);
    }
  }

  @Override
  public void gatedUnit(Tensor y, Tensor gate, @Nullable Tensor up, GateFunction f) {
    try (Outputs out = new Outputs()) {
      host().gatedUnit(out.of(y), gate.host(), read(up), f);
    }
  }

  @Override
  public void gatedUnitBackward(
      @Nullable Tensor dGate,
      boolean accumulate,
      @Nullable Tensor dUp,
      boolean accumulateUp,
      Tensor dY,
      Tensor gate,
      @Nullable Tensor up,
      GateFunction f) {
    try (Outputs out = new Outputs()) {
      host()
          .gatedUnitBackward(
              out.ofNullable(dGate),
              accumulate,
              out.ofNullable(dUp),
              accumulateUp,
              dY.host(),
              gate.host(),
              read(up),
              f);
    }
  }

  @Override
  public void softCap(Tensor y, Tensor x, double cap) {
    try (Outputs out = new Outputs()) {
      host().softCap(out.of(y), x.host(), cap);
    }
  }

  @Override
  public void softCapBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor y, double cap) {
    try (Outputs out = new Outputs()) {
      host().softCapBackward(out.of(dX), accumulate, dY.host(), y.host(), cap);
    }
  }
}
