package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Incremental evaluation: products of a few rows, in which a warp has an output. */
final class Steps implements StepKernels {
  private static final int OUTPUTS_A_GROUP = 8;
  private static final int ROWS_A_GROUP = 4;

  /** Rows that are widened before they are copied to the device. */
  private static final int ROWS_A_COPY = 256;

  private final Gpu gpu;
  private final Kernel packBf16;
  private final Kernel packInt8;
  private final Kernel copyRows;
  private final Map<WeightFormat, Kernel> products = new EnumMap<>(WeightFormat.class);

  Steps(Gpu gpu) {
    this.gpu = gpu;
    packBf16 = new Kernel(gpu, "step", "step_pack_bf16", 256);
    packInt8 = new Kernel(gpu, "step", "step_pack_int8", 256);
    copyRows = new Kernel(gpu, "step", "copy_rows", 256);
    products.put(WeightFormat.FLOAT32, new Kernel(gpu, "step", "step_product_float32", 256));
    products.put(WeightFormat.BFLOAT16, new Kernel(gpu, "step", "step_product_bf16", 256));
    products.put(WeightFormat.INT8, new Kernel(gpu, "step", "step_product_int8", 256));
  }

  /** Weights [O, I], float32 ones where they lie, scales of outputs where the format has them. */
  private record Packed(
      WeightFormat format,
      int inputs,
      int outputs,
      @Nullable Tensor floats,
      @Nullable MemorySegment codes,
      @Nullable MemorySegment scales,
      @Nullable Tensor bias)
      implements PackedLinear {
    @Override
    public long bytes() {
      return codes == null ? 4L * inputs * outputs : codes.byteSize();
    }

    long weight() {
      return codes == null ? Launch.address(floats) : codes.address();
    }
  }

  @Override
  public PackedLinear pack(
      Tensor weight, @Nullable Tensor bias, WeightFormat format, Reading reading) {
    int outputs = weight.dim(0);
    int inputs = Math.toIntExact(weight.size() / Math.max(1, outputs));
    long size = weight.size();
    MemorySegment scales = null;
    MemorySegment packed;
    switch (format) {
      case FLOAT32 -> {
        return new Packed(format, inputs, outputs, weight, null, null, bias);
      }
      case BFLOAT16 -> {
        packed = gpu.pool().segment(2 * size);
        packBf16.launch().pointer(packed.address()).floats(weight).wide(size).each(size);
      }
      case INT8 -> {
        packed = gpu.pool().segment(size);
        scales = gpu.pool().segment(4L * outputs);
        packInt8
            .launch()
            .pointer(packed.address())
            .pointer(scales.address())
            .floats(weight)
            .integer(inputs)
            .groups(outputs, 1, 1);
      }
      default -> throw new IllegalArgumentException("weights in the format " + format);
    }
    return new Packed(format, inputs, outputs, null, packed, scales, bias);
  }

  /** As float32: what is in blocks comes to the device widened. */
  @Override
  public PackedLinear pack(BlockMatrix weight, @Nullable Tensor bias, Reading reading) {
    int outputs = weight.rows();
    int inputs = weight.columns();
    Tensor device = Tensor.zeros(gpu.memory(), DType.FLOAT32, outputs, inputs);
    Tensor host = Tensor.zeros(DType.FLOAT32, Math.min(outputs, ROWS_A_COPY), inputs);
    float[] row = new float[inputs];
    for (int from = 0; from < outputs; from += ROWS_A_COPY) {
      int to = Math.min(from + ROWS_A_COPY, outputs);
      for (int o = from; o < to; o++) {
        weight.row(o, row, 0);
        host.write((long) (o - from) * inputs, row, 0, inputs);
      }
      device.slice(from, to).copyFrom(host.slice(0, to - from));
    }
    return pack(device, bias, WeightFormat.FLOAT32, reading);
  }

  @Override
  public void product(
      Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to) {
    Packed packed = (Packed) w;
    Kernel kernel = products.get(packed.format());
    if (kernel == null) {
      throw new IllegalArgumentException("weights in the format " + packed.format());
    }
    kernel
        .launch()
        .pointer(address(y))
        .wide(y.stride())
        .pointer(base == null ? 0 : address(base))
        .wide(base == null ? 0 : base.stride())
        .pointer(packed.weight())
        .pointer(packed.scales() == null ? 0 : packed.scales().address())
        .floats(packed.bias())
        .pointer(address(x))
        .wide(x.stride())
        .integer(rows)
        .integer(packed.inputs())
        .integer(from)
        .integer(to)
        .groups(Math.ceilDiv(to - from, OUTPUTS_A_GROUP), Math.ceilDiv(rows, ROWS_A_GROUP), 1);
  }

  @Override
  public void copyRows(Rows y, Rows x, int rows, int width) {
    long count = (long) rows * width;
    copyRows
        .launch()
        .pointer(address(y))
        .wide(y.stride())
        .pointer(address(x))
        .wide(x.stride())
        .integer(width)
        .wide(count)
        .each(count);
  }

  static long address(Rows rows) {
    return Launch.address(rows.tensor()) + 4 * rows.at(0);
  }
}
