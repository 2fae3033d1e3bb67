package dev.chainrule.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class DataSetTokensTest {
  private static DataSet oneHot(int vocabSize, int... ids) {
    INDArray features = Nd4j.zeros(1, vocabSize, ids.length);
    for (int t = 0; t < ids.length; t++) {
      features.putScalar(0, ids[t], t, 1);
    }
    return new DataSet(features, features);
  }

  private static DataSetTokens tokens(DataSet... sets) {
    return new DataSetTokens(new ListDataSetIterator<>(List.of(sets), 2));
  }

  @Test
  void oneHotVectorsBecomeIds() {
    DataSetTokens tokens = tokens(oneHot(4, 3, 0, 1), oneHot(4, 2, 2, 1), oneHot(4, 1, 1, 1));
    assertThat(tokens.at(0).toInts()).containsExactly(3, 0, 1, 2, 2, 1);
    assertThat(tokens.at(1).shape()).containsExactly(1, 3);
  }

  @Test
  void theIteratorIsResetAtItsEndAndWhenGoingBack() {
    DataSetTokens tokens = tokens(oneHot(9, 1), oneHot(9, 2), oneHot(9, 3), oneHot(9, 4));
    int[] first = tokens.at(0).toInts();
    int[] second = tokens.at(1).toInts();
    assertThat(tokens.at(2).toInts()).containsExactly(first);
    assertThat(tokens.at(5).toInts()).containsExactly(second);
    assertThat(tokens.at(1).toInts()).containsExactly(second);
  }

  @Test
  void idsAreTaken() {
    INDArray ids = Nd4j.createFromArray(new float[][] {{5, 0, 7}, {1, 2, 3}});
    assertThat(tokens(new DataSet(ids, ids)).at(0).toInts()).containsExactly(5, 0, 7, 1, 2, 3);
    INDArray column = ids.reshape(2, 1, 3);
    assertThat(tokens(new DataSet(column, column)).at(0).toInts())
        .containsExactly(5, 0, 7, 1, 2, 3);
  }

  @Test
  void whatIsNoTokenIsNamed() {
    INDArray half = Nd4j.createFromArray(new float[][] {{0, 0.5f}});
    assertThatThrownBy(() -> tokens(new DataSet(half, half)).at(0))
        .isInstanceOf(InputException.class)
        .hasMessage("ListDataSetIterator: batch 0 has 0.5 at [0, 1], expected a token id");
    DataSet twice = oneHot(3, 1, 2);
    twice.getFeatures().putScalar(0, 0, 1, 1);
    assertThatThrownBy(() -> tokens(twice).at(0))
        .hasMessageContaining("1.0 at [0, 2, 1], expected one-hot vectors");
    DataSet none = oneHot(3, 1, 2);
    none.getFeatures().putScalar(0, 2, 1, 0);
    assertThatThrownBy(() -> tokens(none).at(0)).hasMessageContaining("only zeros at [0, :, 1]");
    DataSet masked = oneHot(3, 1, 2);
    masked.setFeaturesMaskArray(Nd4j.createFromArray(new float[][] {{1, 0}}));
    assertThatThrownBy(() -> tokens(masked).at(0)).hasMessageContaining("masked steps");
    INDArray image = Nd4j.zeros(1, 1, 2, 2);
    assertThatThrownBy(() -> tokens(new DataSet(image, image)).at(0))
        .hasMessageContaining("expected [B, V, T] or [B, T]");
  }

  @Test
  void anEmptyIteratorIsRefused() {
    DataSetIterator empty = new ListDataSetIterator<>(List.<DataSet>of(), 2);
    assertThatThrownBy(() -> new DataSetTokens(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no batch");
  }
}
