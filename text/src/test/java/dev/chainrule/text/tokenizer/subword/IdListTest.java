package dev.chainrule.text.tokenizer.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import org.junit.jupiter.api.Test;

class IdListTest {
  @Test
  void growsByAnyNumber() {
    IdList ids = new IdList();
    for (int i = 0; i < 40; i++) {
      ids.add(i);
    }
    ids.addAll(new int[100]);
    ids.addAll(new int[] {7});
    assertThat(ids.size()).isEqualTo(141);
    assertThat(ids.get(39)).isEqualTo(39);
    assertThat(ids.get(140)).isEqualTo(7);
  }

  /** GHSA-7rxv-5jhh-j6xx: the number of a prompt's tokens overflows. */
  @Test
  void moreTokensThanAnArrayHoldsAreRefused() {
    assertThat(IdList.room(16, 17)).isEqualTo(32);
    assertThat(IdList.room(16, 100)).isEqualTo(100);
    assertThat(IdList.room(1 << 30, (1L << 30) + 1)).isEqualTo(Integer.MAX_VALUE - 8);
    assertThat(IdList.room(1_500_000_000, 2_000_000_000L)).isEqualTo(Integer.MAX_VALUE - 8);
    assertThatThrownBy(() -> IdList.room(1 << 30, 1L << 31))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "a text of 2,147,483,648 tokens or more, expected at most 2,147,483,639 at once");
  }
}
