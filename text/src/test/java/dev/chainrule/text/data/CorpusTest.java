package dev.chainrule.text.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.Download;
import dev.chainrule.core.data.PublicFile;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  private static final Download.Listener SILENT = (file, bytes) -> {};

  @TempDir Path folder;

  private Corpus read(String data, String glob) throws IOException {
    DataFolders none = new DataFolders(null, folder.resolve("cache"));
    return Corpus.read(data, glob, Documents.WHOLE, none, SILENT);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void byteOrderMarksAreNoText() throws IOException {
    write("a/one.txt", "\uFEFFab\n");
    write("a/two.txt", "\uFEFFcd\uFEFF\n");
    assertThat(read(folder.resolve("a/one.txt").toString(), "**").text()).isEqualTo("ab\n");
    assertThat(read(folder.resolve("a").toString(), "**").text()).isEqualTo("ab\ncd\uFEFF\n");
  }

  @Test
  void aFolderIsReadInTheOrderOfItsPaths() throws IOException {
    write("src/b.txt", "two\n");
    write("src/a/z.txt", "one");
    write("src/c.md", "three");
    write("src/.git/d.txt", "hidden");
    write("src/.e.txt", "hidden");
    Path binary = Files.write(folder.resolve("src/f.bin"), new byte[] {'x', 0, 'y'});
    Corpus all = read(folder.resolve("src").toString(), Corpus.ALL_FILES);
    assertThat(all.text()).isEqualTo("one\ntwo\nthree\n");
    assertThat(all.skipped()).containsExactly(binary);
    Corpus some = read(folder.resolve("src").toString(), "**.txt");
    assertThat(some.text()).isEqualTo("one\ntwo\n");
    assertThat(some.files())
        .containsExactly(folder.resolve("src/a/z.txt"), folder.resolve("src/b.txt"));
    assertThat(read(folder.resolve("src").toString(), "{b,c}.*").text()).isEqualTo("two\nthree\n");
  }

  @Test
  void aFileIsReadAsItIsButForItsMark() throws IOException {
    Path file = write("a.txt", "\uFEFFnaïve\r\n😀");
    Corpus corpus = read(file.toString(), Corpus.ALL_FILES);
    assertThat(corpus.text()).isEqualTo("naïve\r\n😀");
    assertThat(corpus.files()).isEqualTo(List.of(file));
  }

  @Test
  void whatIsNoTextIsNamed() throws IOException {
    Path empty = write("empty.txt", "");
    assertThatThrownBy(() -> read(empty.toString(), "**"))
        .isInstanceOf(InputException.class)
        .hasMessage(empty + ": is empty, expected text");
    Path binary = Files.write(folder.resolve("b"), new byte[] {'a', 'b', 0});
    assertThatThrownBy(() -> read(binary.toString(), "**"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            binary + ": has byte 0x00 at offset 2 and so is no UTF-8 text, expected a text file");
    byte[] late = new byte[20_000];
    java.util.Arrays.fill(late, (byte) 'a');
    late[19_999] = (byte) 0xE9;
    Path latin = Files.write(folder.resolve("l"), late);
    assertThatThrownBy(() -> read(latin.toString(), "**"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0xE9 at offset 19999");
    String missing = folder.resolve("missing").toString();
    assertThatThrownBy(() -> read(missing, "**"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(missing + ": no such file or folder, and no known data set")
        .hasMessageContaining("tinyshakespeare");
    assertThatThrownBy(() -> read("bad\0name", "**")).isInstanceOf(InputException.class);
  }

  @Test
  void aFolderWithoutTextIsNamed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> read(empty.toString(), "**"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(empty + ": has no text in files that match \"**\"");
    write("empty/a.txt", "text");
    assertThatThrownBy(() -> read(empty.toString(), "*.md"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("match \"*.md\"");
    assertThatThrownBy(() -> read(empty.toString(), "{a"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("pattern \"{a\" is no glob")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theSplitCountsCharactersAndNotCodeUnits() {
    Corpus corpus = Corpus.of("a.txt", "😀".repeat(9) + "x");
    Corpus.Parts split = corpus.split(0.1, 1);
    assertThat(split.training().text()).isEqualTo("😀".repeat(9));
    assertThat(split.validation().text()).isEqualTo("x");
    Corpus tiny = Corpus.of("a.txt", "x");
    assertThatThrownBy(() -> tiny.split(0.1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("a.txt: has 1 characters, expected enough to hold out a share of 0.1");
    assertThatThrownBy(() -> corpus.split(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTextThatTheVocabularyLacksIsNamedWithItsPart() {
    Corpus corpus = Corpus.of("a.txt", "aaaaaaaaab");
    assertThatThrownBy(() -> tokens(corpus, CharTokenizer.of("a")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("a.txt, held-out part: the text has \"b\" (U+0062)");
    TokenizedCorpus bytes = tokens(corpus, new ByteTokenizer());
    assertThat(bytes.training().length()).isEqualTo(9);
    assertThat(bytes.validation().tokens().get(0)).isEqualTo('b');
  }

  private static TokenizedCorpus tokens(Corpus corpus, Tokenizer tokenizer) {
    return TokenizedCorpus.of(
        corpus.split(0.1, 1), tokenizer, ChatFormat.PLAIN, FillInTheMiddle.NONE);
  }

  @Test
  void tinyShakespeareHasThePublishedNumbers() throws IOException {
    DataFolders folders = DataFolders.ofEnvironment();
    Optional<Path> file = folders.find(PublicFile.TINY_SHAKESPEARE);
    Assumptions.assumeTrue(file.isPresent(), "CHAINRULE_DATA has no tinyshakespeare.txt");
    Corpus corpus = Corpus.read("tinyshakespeare", Corpus.ALL_FILES, folders, SILENT);
    CharTokenizer tokenizer = CharTokenizer.of(corpus.text());
    assertThat(tokenizer.vocabSize()).isEqualTo(65);
    assertThat(tokenizer.encode("hii there")).containsExactly(46, 47, 47, 1, 58, 46, 43, 56, 43);
    TokenizedCorpus tokens = tokens(corpus, tokenizer);
    assertThat(tokens.training().length()).isEqualTo(1_003_854);
    assertThat(tokens.validation().length()).isEqualTo(111_540);
  }
}
