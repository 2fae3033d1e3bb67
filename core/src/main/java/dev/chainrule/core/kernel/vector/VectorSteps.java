package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Incremental evaluation on the Vector API: for each format of weights the loop that reads it. */
final class VectorSteps implements StepKernels {
  private final MatVec streamed = new MatVec();
  private final TiledProduct tiled = new TiledProduct();
  private final BlockProduct blocks = new BlockProduct();
  private final CodeProduct codes = new CodeProduct();
  private final MatrixProduct matrices = new MatrixProduct();
  private final WeightMemory memory = new WeightMemory();

  @Override
  public PackedLinear pack(
      Tensor weight, @Nullable Tensor bias, WeightFormat format, Reading reading) {
    if (format != WeightFormat.FLOAT32) {
      return TiledLinear.of(weight, bias, format, reading);
    }
    return switch (reading) {
      case CACHED -> new PackedPanels(weight, bias);
      case STREAMED -> PackedRows.of(weight, bias);
    };
  }

  @Override
  public PackedLinear pack(BlockMatrix weight, @Nullable Tensor bias, Reading reading) {
    return CodeLayout.serves(weight.format())
        ? CodeLinear.of(weight, bias, memory)
        : new BlockLinear(weight, bias);
  }

  @Override
  public void product(
      Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to) {
    codes.forget();
    matrices.forget();
    productOfSame(y, base, w, x, rows, from, to);
  }

  @Override
  public void productOfSame(
      Rows y, @Nullable Rows base, PackedLinear w, Rows x, int rows, int from, int to) {
    if (w instanceof PackedPanels panels) {
      requireAll(w, from, to);
      panels.run(
          y.address(),
          Math.toIntExact(y.stride()),
          base == null ? 0 : base.address(),
          base == null ? 0 : Math.toIntExact(base.stride()),
          x.address(),
          Math.toIntExact(x.stride()),
          rows);
    } else if (w instanceof PackedRows packed) {
      stream(y, base, packed, x, rows, from, to);
    } else if (w instanceof TiledLinear tiles) {
      if (tiles.whole()) {
        requireAll(w, from, to);
      }
      tiled.run(y, base, tiles, x, rows, from, to);
    } else if (w instanceof CodeLinear linear) {
      codes.run(y, base, linear, x, rows, from, to);
    } else if (w instanceof BlockLinear linear) {
      blocks.run(y, base, linear, x, rows, from, to);
    } else {
      throw new IllegalArgumentException("weights of another engine: " + w);
    }
  }

  @Override
  public void matrixProduct(
      Rows y,
      @Nullable Rows base,
      PackedLinear w,
      Rows x,
      int rows,
      int from,
      int to,
      boolean same) {
    if (!same) {
      codes.forget();
      matrices.forget();
    }
    if (MatrixProduct.takes(w)) {
      matrices.run(y, base, w, x, rows, from, to);
    } else {
      productOfSame(y, base, w, x, rows, from, to);
    }
  }

  private static void requireAll(PackedLinear w, int from, int to) {
    if (from != 0 || to != w.outputs()) {
      throw new IllegalArgumentException(
          "outputs %d to %d of a map packed for one worker".formatted(from, to));
    }
  }

  private void stream(
      Rows y, @Nullable Rows base, PackedRows w, Rows x, int rows, int from, int to) {
    if ((base != null && base != y) || y.stride() != w.outputs() || x.stride() != w.inputs()) {
      throw new IllegalArgumentException(
          "streamed weights take rows that follow each other, and add to the output alone");
    }
    Tensor bias = w.bias();
    streamed.multiply(
        y.address(),
        base != null,
        x.address(),
        w.weight().address(),
        bias == null ? 0 : bias.address(),
        rows,
        w.inputs(),
        w.outputs(),
        from,
        to);
  }

  @Override
  public void copyRows(Rows y, Rows x, int rows, int width) {
    long bytes = 4L * width;
    for (int n = 0; n < rows; n++) {
      long to = y.tensor().address() + 4 * y.at(n);
      long from = x.tensor().address() + 4 * x.at(n);
      MemorySegment.copy(Memory.ALL, from, Memory.ALL, to, bytes);
    }
  }
}
