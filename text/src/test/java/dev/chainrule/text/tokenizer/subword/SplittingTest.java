package dev.chainrule.text.tokenizer.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.subword.PreTokenizer.Metaspace;
import dev.chainrule.text.tokenizer.subword.SplitRule.Behaviour;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplittingTest {
  private static List<String> pieces(PreTokenizer splitter, String text) {
    List<String> pieces = new ArrayList<>();
    splitter.split(text, 0, text.length(), true, (t, f, e, first) -> pieces.add(t.substring(f, e)));
    return pieces;
  }

  /** The examples of Hugging Face's documentation. */
  @ParameterizedTest
  @CsvSource({
    "REMOVED,the|final|countdown",
    "ISOLATED,the|-|final|-|-|countdown",
    "MERGED_WITH_PREVIOUS,the-|final-|-|countdown",
    "MERGED_WITH_NEXT,the|-final|-|-countdown",
    "CONTIGUOUS,the|-|final|--|countdown"
  })
  void matchesBecomeWhatTheBehaviourSays(Behaviour behaviour, String expected) {
    PreTokenizer splitter = new SplitRule(TextPattern.literal("-"), behaviour, false);
    assertThat(pieces(splitter, "the-final--countdown")).containsExactly(expected.split("\\|"));
  }

  @Test
  void whatIsRemovedMayBeAllButTheMatches() {
    assertThat(
            pieces(
                new SplitRule(TextPattern.regex("\\w+|[^\\w\\s]+"), Behaviour.REMOVED, true),
                "Hey friend!     How are you?!?"))
        .containsExactly("Hey", "friend", "!", "How", "are", "you", "?!?");
  }

  @Test
  void gpt2AndLlama3TellWordsApart() {
    assertThat(pieces(SplitRule.isolated(TextPattern.GPT2), "I've  12345 naïve\n\n x!?"))
        .containsExactly("I", "'ve", " ", " 12345", " naïve", "\n\n", " x", "!?");
    assertThat(pieces(SplitRule.isolated(TextPattern.LLAMA3), "I'VE  12345 naïve!\n\n x"))
        .containsExactly("I", "'VE", " ", " ", "123", "45", " naïve", "!\n\n", " x");
  }

  @Test
  void marksStandForSpaces() {
    Metaspace always = new Metaspace("_", Metaspace.Where.ALWAYS, false, true);
    assertThat(pieces(always, "a bc  d")).containsExactly("_a", "_bc", "_", "_d");
    assertThat(pieces(new Metaspace("_", Metaspace.Where.NEVER, false, true), "a b"))
        .containsExactly("a", "_b");
    assertThat(pieces(new Metaspace("_", Metaspace.Where.FIRST, false, false), " a b"))
        .containsExactly("_a_b");
    assertThat(pieces(new Metaspace("_", Metaspace.Where.FIRST, true, false), " a b"))
        .containsExactly("__a_b");
  }

  @Test
  void scriptsAreFoundByOnigurumasNames() {
    assertThat(pieces(SplitRule.isolated("\\p{Han}+|\\p{^Han}+"), "ab漢字c"))
        .containsExactly("ab", "漢字", "c");
  }

  /** What Hugging Face's library, whose expressions are Oniguruma's, makes of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "\\p{N}{1,3}+~a123456b~a|123456|b",
        "\\p{N}{1,3}~a123456b~a|123|456|b",
        "(?:x\\p{N}{2})+~x12x345~x12x34|5",
        "\\p{N}{2}?x~12x3x~12x|3|x",
        "\\p{L}{,2}x~abcx~a|bcx",
        "\\h+~xyfa09zg~xy|fa09|zg",
        "[\\hz]+~xyfa09zg~xy|fa09z|g",
        "[^\\H]+~xyfa09zg~xy|fa09|zg",
        "^b|d$~ab\\nbc\\ncd\\nd~ab\\n|b|c\\nc|d|\\n|d",
        ".+~ab\\r\\ncd~ab\\r|\\n|cd",
        "(?m:b.)~ab\\ncb\\n~a|b\\n|c|b\\n",
        "a{x~ba{xb~b|a{x|b",
        "\\v~a\\13b\\n~a|\\13|b\\n",
      })
  void expressionsMeanWhatOnigurumaReadsInThem(String pattern, String text, String expected) {
    String[] pieces = expected.translateEscapes().split("\\|");
    assertThat(pieces(SplitRule.isolated(pattern), text.translateEscapes()))
        .containsExactly(pieces);
  }

  @Test
  void anExpressionIsNoBook() {
    assertThatThrownBy(() -> TextPattern.regex("a{1,2}+".repeat(100_000)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 700000 characters, expected at most 16384");
    assertThatThrownBy(() -> TextPattern.regex("[[:alpha:]]"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a class between colons");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a+)+$", "(?:a|a)*b", "(a|aa)+\\1b"})
  @Timeout(20)
  void aPatternThatGoesBackWithoutEndIsStopped(String pattern) {
    PreTokenizer splitter = SplitRule.isolated(pattern);
    assertThatThrownBy(() -> pieces(splitter, "a".repeat(5000) + "c"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("takes too long");
  }

  @Test
  @Timeout(20)
  void muchOfOneKindIsSplitInPassing() {
    for (String kind : new String[] {"a", " ", "\n", "7", "!", "é", "\t \n", "a ", "'s"}) {
      String text = kind.repeat((1 << 18) / kind.length());
      for (String pattern :
          new String[] {TextPattern.GPT2, TextPattern.LLAMA3, TextPattern.QWEN2}) {
        assertThat(String.join("", pieces(SplitRule.isolated(pattern), text))).isEqualTo(text);
      }
    }
  }

  private static SubwordTokenizer tokenizer(List<AddedToken> added, Normalizer normalizer) {
    List<String> tokens = new ArrayList<>();
    for (char c = ' '; c < 127; c++) {
      tokens.add(String.valueOf(c));
    }
    List<AddedToken> numbered = new ArrayList<>();
    BitSet control = new BitSet();
    for (AddedToken token : added) {
      numbered.add(
          new AddedToken(
              tokens.size(),
              token.content(),
              token.special(),
              token.singleWord(),
              token.leftStrip(),
              token.rightStrip(),
              token.normalized()));
      control.set(tokens.size(), token.special());
      tokens.add(token.content());
    }
    PieceTable table = PieceTable.of(tokens);
    SubwordModel model =
        new BpeModel(
            table,
            BpeModel.merges(new String[0], new String[0]),
            control,
            new BpeModel.Options(false, false, false, "", ""),
            Fallback.unknown(OptionalInt.empty()));
    return new SubwordTokenizer(
        new SubwordTokenizer.Parts(
            table, numbered, control, normalizer, PreTokenizer.NONE, model, TokenText.PLAIN),
        dev.chainrule.text.tokenizer.SpecialTokens.NONE,
        new StoredTokenizer.HuggingFace(() -> "{}"));
  }

  private static String shown(SubwordTokenizer tokenizer, int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String piece = tokenizer.piece(id);
      text.append(piece.length() > 1 ? "[" + piece + "]" : piece);
    }
    return text.toString();
  }

  @Test
  void addedTokensAreTheLongestOfTheLeftmost() {
    SubwordTokenizer tokenizer =
        tokenizer(
            List.of(
                AddedToken.control(0, "<s>"),
                AddedToken.text(0, "<a>"),
                AddedToken.text(0, "<a><b>"),
                new AddedToken(0, "<l>", false, false, true, false, false),
                new AddedToken(0, "<r>", false, false, false, true, false),
                new AddedToken(0, "word", false, true, false, false, false)),
            Normalizer.NONE);
    assertThat(shown(tokenizer, tokenizer.encodeMarked("x<s>y<a><b><a>")))
        .isEqualTo("x[<s>]y[<a><b>][<a>]");
    assertThat(shown(tokenizer, tokenizer.encode("x<s>y<a>"))).isEqualTo("x<s>y[<a>]");
    assertThat(shown(tokenizer, tokenizer.encode("x  <l>  y  <r>  z")))
        .isEqualTo("x[<l>]  y  [<r>]z");
    assertThat(shown(tokenizer, tokenizer.encode("word words sword a_word (word)")))
        .isEqualTo("[word] words sword a_word ([word])");
    assertThat(tokenizer.bytesOf(tokenizer.find("<s>"))).isEmpty();
    assertThat(tokenizer.isControl(tokenizer.find("<s>"))).isTrue();
  }

  @Test
  void someAreLookedForInTheNormalisedText() {
    SubwordTokenizer tokenizer =
        tokenizer(
            List.of(
                new AddedToken(0, "<Big>", false, false, false, false, true),
                new AddedToken(0, "<Raw>", false, false, false, false, false)),
            new Normalizer.Lowercase());
    assertThat(shown(tokenizer, tokenizer.encode("A<BIG>b<Raw>c<RAW>")))
        .isEqualTo("a[<Big>]b[<Raw>]c<raw>");
  }

  @Test
  void normalisersMayNotBlowATextUp() {
    Normalizer normalizer = new Normalizer.Replace(TextPattern.literal("a"), "b".repeat(1_000_000));
    assertThatThrownBy(() -> normalizer.apply("a".repeat(1000)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected at most 129536");
  }

  @Test
  void tokensMayNotBecomeBooks() {
    TokenText text =
        new TokenText(
            List.of(new TokenText.Replace(TextPattern.literal("a"), "b".repeat(1_000_000))),
            false,
            false,
            0);
    assertThatThrownBy(() -> text.bytes("a".repeat(1_000_000)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("makes 65000000 characters of a text of 1000000");
  }
}
