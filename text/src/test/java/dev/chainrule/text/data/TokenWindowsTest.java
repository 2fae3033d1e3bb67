package dev.chainrule.text.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenWindowsTest {
  /** Tokens that are their own places. */
  private static PackedTokens places(int count) {
    return PackedTokens.of(TokenSequence.of(IntStream.range(0, count).toArray()));
  }

  @Test
  void everyTokenIsCountedOnceWithEnoughBeforeIt() {
    for (int count = 2; count < 40; count++) {
      for (int context = 1; context < 12; context++) {
        for (int stride = 1; stride <= context; stride++) {
          int[] counted = new int[count];
          for (TokenBatch batch :
              TokenWindows.sliding(places(count), "x", 3, context + 1, stride)) {
            for (int b = 0; b < batch.size(); b++) {
              for (int t = 0; t < batch.length(); t++) {
                int token = batch.elements().getInt((long) b * batch.length() + t);
                assertThat(token).isEqualTo(batch.elements().getInt((long) b * batch.length()) + t);
                if (batch.learnt().getInt((long) b * batch.length() + t) == 1) {
                  counted[token]++;
                  assertThat(t).isGreaterThanOrEqualTo(Math.min(token, context - stride + 1));
                }
              }
            }
          }
          int[] once = new int[count];
          Arrays.fill(once, 1, count, 1);
          assertThat(counted)
              .as("%d tokens, context %d, stride %d", count, context, stride)
              .containsExactly(once);
        }
      }
    }
  }

  @Test
  void whatIsNotLearntIsNotCounted() {
    BitSet learnt = new BitSet();
    learnt.set(5, 9);
    PackedTokens packed =
        new PackedTokens(places(20).tokens(), PackedTokens.bits(learnt, 20), OptionalInt.empty());
    List<TokenBatch> sequential = TokenWindows.sequential(packed, "x", 4, 7);
    List<TokenBatch> sliding = new ArrayList<>();
    TokenWindows.sliding(packed, "x", 4, 7, 2).forEach(sliding::add);
    for (List<TokenBatch> batches : List.of(sequential, sliding)) {
      List<Integer> counted = new ArrayList<>();
      long predicted = 0;
      for (TokenBatch batch : batches) {
        predicted += batch.predicted(1);
        for (int i = 0; i < batch.elements().size(); i++) {
          if (i % batch.length() > 0 && batch.learnt().getInt(i) == 1) {
            counted.add(batch.elements().getInt(i));
          }
        }
      }
      assertThat(counted).containsExactlyInAnyOrder(5, 6, 7, 8);
      assertThat(predicted).isEqualTo(4);
    }
    assertThat(packed.learntCount()).isEqualTo(4);
  }

  @Test
  void cropsOfTokensAndOfWhatIsLearntAreOfTheSamePlaces() {
    BitSet odd = new BitSet();
    IntStream.range(0, 100).filter(i -> i % 2 == 1).forEach(odd::set);
    PackedTokens packed =
        new PackedTokens(places(100).tokens(), PackedTokens.bits(odd, 100), OptionalInt.empty());
    TokenCrops crops = new TokenCrops(packed, "x", 4, 9, 11);
    for (int i = 0; i < 20; i++) {
      TokenBatch batch = crops.at(i);
      for (int at = 0; at < batch.elements().size(); at++) {
        assertThat(batch.learnt().getInt(at)).isEqualTo(batch.elements().getInt(at) % 2);
      }
    }
  }

  @Test
  void stridesAndTextsOutOfRangeAreRefused() {
    for (int stride : new int[] {0, 8}) {
      assertThatThrownBy(() -> TokenWindows.sliding(places(20), "x", 4, 8, stride))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to the context of 7");
    }
    assertThatThrownBy(() -> TokenWindows.sliding(places(1), "a.txt", 4, 8, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("a.txt: has 1 tokens, expected at least 2");
  }

  @Test
  void everyWindowBeginsWithWhatBeginsATextWhereAModelExpectsThat() {
    PackedTokens packed = new PackedTokens(places(30).tokens(), null, OptionalInt.of(0));
    TokenWindows.sequential(packed, "x", 2, 8)
        .forEach(batch -> assertThat(firstTokens(batch)).containsOnly(0));
    List<Integer> counted = new ArrayList<>();
    for (TokenBatch batch : TokenWindows.sliding(packed, "x", 2, 8, 3)) {
      assertThat(firstTokens(batch)).containsOnly(0);
      for (int i = 0; i < batch.elements().size(); i++) {
        if (batch.learnt().getInt(i) == 1) {
          counted.add(batch.elements().getInt(i));
        }
      }
    }
    assertThat(counted).containsExactlyElementsOf(IntStream.range(1, 30).boxed().toList());
    TokenBatch crops = new TokenCrops(packed, "x", 5, 8, 1).at(2);
    assertThat(firstTokens(crops)).containsOnly(0);
  }

  private static List<Integer> firstTokens(TokenBatch batch) {
    return IntStream.range(0, batch.size())
        .mapToObj(b -> batch.elements().getInt((long) b * batch.length()))
        .toList();
  }
}
