package dev.chainrule.core.kernel.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.api.ops.impl.shape.GatherNd;
import org.nd4j.linalg.api.ops.impl.shape.OneHot;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Rows and elements by their numbers, which lie where the arrays do and are not looked at here. */
final class Picking {
  /** Elements of a matrix that chooses rows. */
  private static final long LARGEST_CHOICE = 1 << 24;

  private Picking() {}

  /** Those rows of a table, one a number. */
  static INDArray rows(Temporaries t, INDArray table, INDArray numbers) {
    return t.own(Nd4j.exec(new Gather(table, numbers, 0))[0]);
  }

  /**
   * Adds rows to those of a table, where one may get several: by a product with ones and zeros,
   * which repeats to the bit; ND4J's scattering, for what that is too large for, does not.
   */
  static void sumRows(Temporaries t, INDArray table, INDArray numbers, INDArray rows) {
    long ones = Math.multiplyExact(numbers.length(), table.size(0));
    if (ones > LARGEST_CHOICE) {
      addRows(table, numbers, rows);
      return;
    }
    INDArray choice = t.own(Nd4j.create(rows.dataType(), numbers.length(), table.size(0)));
    Nd4j.exec(new OneHot(numbers, choice, (int) table.size(0), -1, 1, 0));
    table.addi(t.own(choice.transpose().mmul(rows)));
  }

  /** Adds rows to those of a table, each of which gets one at most. */
  static void addRows(INDArray table, INDArray numbers, INDArray rows) {
    Nd4j.exec(
        DynamicCustomOp.builder("scatter_add")
            .addInputs(table, numbers, rows)
            .addOutputs(table)
            .build());
  }

  /** One in each row that has a target, zero where the target is negative [N, 1]. */
  static INDArray observed(Temporaries t, INDArray targets, DataType type) {
    return t.own(t.own(targets.gte(0)).castTo(type)).reshape('c', targets.length(), 1);
  }

  /** Row and column of each row's target, the first column where that is negative: [N, 2]. */
  static INDArray places(Temporaries t, INDArray targets) {
    long rows = targets.length();
    INDArray places = t.own(Nd4j.create(DataType.INT32, rows, 2));
    column(places, 0).assign(t.own(Nd4j.arange((double) rows)).reshape('c', rows, 1));
    column(places, 1).assign(t.own(Transforms.max(targets, 0, true)).reshape('c', rows, 1));
    return places;
  }

  /** The elements of a matrix at those places [N, 1]. */
  static INDArray at(Temporaries t, INDArray matrix, INDArray places) {
    return t.own(Nd4j.exec(new GatherNd(matrix, places))[0]).reshape('c', places.size(0), 1);
  }

  /** Takes one from the elements of a matrix at those places. */
  static void decrement(Temporaries t, INDArray matrix, INDArray places) {
    INDArray ones = t.own(Nd4j.ones(matrix.dataType(), places.size(0)));
    Nd4j.exec(
        DynamicCustomOp.builder("scatter_nd_sub")
            .addInputs(matrix, places, ones)
            .addOutputs(matrix)
            .build());
  }

  private static INDArray column(INDArray x, int number) {
    return Views.columns(x, number, number + 1);
  }
}
