package dev.chainrule.wavenet.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On what the yardstick is measured. */
class YardstickTest {
  @Test
  void cropsEndWhereTheirClipsEnd() {
    Tensor codes = Tensor.zeros(DType.INT32, 2, 3);
    int[] given = {1, 2, 3, 4, -1, -1};
    for (int i = 0; i < given.length; i++) {
      codes.set(i, given[i]);
    }
    List<int[]> crops = Yardstick.crops(List.of(new WaveBatch(codes, new Conditions(null, null))));
    assertThat(crops).containsExactly(new int[] {1, 2, 3}, new int[] {4});
  }
}
