package dev.chainrule.text.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.huggingface.ByteLevelBpe;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.ByteAlphabet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What documents there are in files, which are held out, and how they become tokens. */
class DocumentsTest {
  private static final int END = 0xFF;
  private static final int PREFIX = 0xFE;
  private static final int SUFFIX = 0xFD;
  private static final int MIDDLE = 0xFC;

  @TempDir Path folder;

  private Corpus read(String name, String text) throws IOException {
    return Corpus.ofFile(
        Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8), Documents.AUTO);
  }

  private static List<String> contents(Corpus corpus) {
    return corpus.documents().stream().map(Packing::content).toList();
  }

  @Test
  void theNameOfAFileSaysWhatItsDocumentsAre() throws IOException {
    assertThat(read("a.txt", "one\ntwo\n").isOneText()).isTrue();
    assertThat(
            contents(
                read("a.jsonl", "{\"text\": \"one\\ntwo\"}\n\n{\"text\": \"three\", \"id\": 3}")))
        .containsExactly("one\ntwo", "three");
    assertThat(
            contents(
                read("a.fasta", ">first protein\nMKV\nLA*\n; a remark\n>empty\n>second\nGG\n")))
        .containsExactly("MKVLA*", "GG");
    assertThat(contents(read("a.smi", "CCO ethanol\n\nc1ccccc1\tbenzene\n")))
        .containsExactly("CCO", "c1ccccc1");
    Corpus lines =
        Corpus.ofFile(
            Files.writeString(folder.resolve("names.txt"), "emma\nolivia\n"), Documents.LINES);
    assertThat(contents(lines)).containsExactly("emma", "olivia");
    Corpus whole = Corpus.ofFile(folder.resolve("a.jsonl"), Documents.WHOLE);
    assertThat(whole.isOneText()).isTrue();
    assertThat(whole.text()).startsWith("{\"text\"");
  }

  @Test
  void aFolderIsItsFilesAndOneFileIsOneText() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    Files.writeString(many.resolve("a.txt"), "one");
    Files.writeString(many.resolve("b.jsonl"), "{\"text\": \"two\"}\n{\"text\": \"three\"}\n");
    Corpus corpus = Corpus.ofFolder(many, Corpus.ALL_FILES, Documents.AUTO);
    assertThat(corpus.kind()).isEqualTo(Documents.FILES);
    assertThat(contents(corpus)).containsExactly("one", "two", "three");
    assertThat(corpus.documents().get(2).origin()).isEqualTo(many.resolve("b.jsonl") + ":2");
    Corpus one = Corpus.ofFolder(many, "*.txt", Documents.AUTO);
    assertThat(one.isOneText()).isTrue();
    assertThat(one.text()).isEqualTo("one\n");
  }

  @Test
  void linesThatAreNoDocumentsAreNamed() {
    String[][] wrong = {
      {"[1]", "a.jsonl:2: is no JSON object"},
      {"{\"text\": 3}", "a.jsonl:2: \"text\" is no text"},
      {"{\"body\": \"x\"}", "a.jsonl:2: \"text\" is missing"},
      {"{\"prompt\": \"x\"}", "a.jsonl:2: \"completion\" is missing"},
      {"{\"prompt\": \"x\", \"answer\": \"\"}", "a.jsonl:2: has an empty answer"},
      {"{\"messages\": {}}", "a.jsonl:2: \"messages\" is no list"},
      {"{\"messages\": [{\"role\": \"user\"}]}", "a.jsonl:2: \"content\" is missing"},
      {"{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}", "no message of the assistant"},
      {"{\"text\": \"\\ud83d\"}", "half a surrogate pair"},
      {"{\"text\": \"x\"", "a.jsonl:2"},
    };
    for (String[] one : wrong) {
      assertThatThrownBy(() -> read("a.jsonl", "{\"text\": \"fine\"}\n" + one[0] + "\n"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(one[1])
          .hasMessageNotContaining("\n");
    }
    assertThatThrownBy(() -> read("a.fa", "MKV\n>late\n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a.fa:1: has a sequence before");
    assertThatThrownBy(() -> read("a.smi", "\n \n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a.smi: has no molecules, expected some");
  }

  private static List<Document> numbered(int count) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(new Document.Text("d" + i, "document " + i % (count - 10)));
    }
    return documents;
  }

  @Test
  void whatIsHeldOutFollowsFromTheSeedAndTheTextAlone() {
    List<Document> documents = numbered(1000);
    HeldOut.Parts parts = HeldOut.split("x", documents, 0.1, 7);
    assertThat(parts.training().size() + parts.validation().size()).isEqualTo(1000);
    assertThat(parts.validation().size()).isBetween(70, 130);
    Set<String> held = texts(parts.validation());
    // Ten texts are there twice: no text is on both sides.
    assertThat(texts(parts.training())).doesNotContainAnyElementsOf(held);
    Collections.reverse(documents);
    documents.removeIf(document -> document.origin().endsWith("3"));
    Set<String> expected = new HashSet<>(held);
    expected.retainAll(texts(documents));
    assertThat(texts(HeldOut.split("x", documents, 0.1, 7).validation())).isEqualTo(expected);
    assertThat(texts(HeldOut.split("x", documents, 0.1, 8).validation())).isNotEqualTo(expected);
  }

  private static Set<String> texts(List<Document> documents) {
    Set<String> texts = new HashSet<>();
    documents.forEach(document -> texts.add(Packing.content(document)));
    return texts;
  }

  @Test
  void bothPartsHaveADocument() {
    for (double share : new double[] {1e-9, 1 - 1e-9}) {
      HeldOut.Parts parts = HeldOut.split("x", numbered(30), share, 7);
      assertThat(parts.training()).isNotEmpty();
      assertThat(parts.validation()).isNotEmpty();
    }
    List<Document> equal = List.of(new Document.Text("a", "x"), new Document.Text("b", "x"));
    assertThatThrownBy(() -> HeldOut.split("x.jsonl", equal, 0.1, 7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x.jsonl: has 1 documents that differ");
  }

  private static Packing bytes(FillInTheMiddle middle) {
    return new Packing(
        new ByteTokenizer(), Markers.of(new ByteTokenizer()), ChatFormat.PLAIN, middle);
  }

  @Test
  void anEndStandsBeforeTheFirstDocumentAndAfterEach() {
    PackedTokens packed =
        bytes(FillInTheMiddle.NONE)
            .pack(List.of(new Document.Text("a", "ab"), new Document.Text("b", "c\n")));
    assertThat(ids(packed.tokens())).containsExactly(END, 'a', 'b', END, 'c', '\n', END);
    assertThat(packed.learnt()).isNull();
    assertThat(packed.countBytes(new ByteTokenizer())).isEqualTo(4);
  }

  /** Bytes, of which 1 stands before a text and 2 after it. */
  private record Begun(ByteTokenizer bytes) implements Tokenizer {
    @Override
    public int vocabSize() {
      return bytes.vocabSize();
    }

    @Override
    public int[] encode(String text) {
      return bytes.encode(text);
    }

    @Override
    public byte[] bytesOf(int id) {
      return isControl(id) ? new byte[0] : bytes.bytesOf(id);
    }

    @Override
    public boolean isControl(int id) {
      return id == 1 || id == 2;
    }

    @Override
    public SpecialTokens specials() {
      return new SpecialTokens(
          OptionalInt.of(1), OptionalInt.of(2), Set.of(2), List.of(1), List.of());
    }
  }

  @Test
  void whatAModelExpectsBeforeATextStandsBeforeEachDocumentAndIsNotLearnt() throws IOException {
    Begun tokenizer = new Begun(new ByteTokenizer());
    Corpus corpus = read("two.jsonl", "{\"text\": \"ab\"}\n{\"text\": \"c\"}\n");
    PackedTokens packed = TokenizedCorpus.encode(corpus, tokenizer, ChatFormat.PLAIN);
    assertThat(ids(packed.tokens())).containsExactly(1, 'a', 'b', 2, 1, 'c', 2);
    assertThat(ids(Objects.requireNonNull(packed.learnt()))).containsExactly(0, 1, 1, 1, 0, 1, 1);
    assertThat(packed.begin()).hasValue(1);
    PackedTokens whole = TokenizedCorpus.encode(Corpus.of("x", "ab"), tokenizer, ChatFormat.PLAIN);
    assertThat(ids(whole.tokens())).containsExactly(1, 'a', 'b');
    assertThat(whole.begin()).hasValue(1);
    assertThat(whole.range(1, 3).countBytes(tokenizer)).isEqualTo(2);
  }

  @Test
  void withoutATokenForItADocumentEndsWithItsLine() {
    CharTokenizer letters = CharTokenizer.of("abc\n");
    PackedTokens packed =
        new Packing(letters, Markers.of(letters), ChatFormat.PLAIN, FillInTheMiddle.NONE)
            .pack(List.of(new Document.Text("a", "ab"), new Document.Text("b", "c\n")));
    assertThat(letters.decode(ids(packed.tokens()))).isEqualTo("ab\nc\n");
    Corpus corpus =
        new Corpus(
            "x",
            Documents.LINES,
            List.of(new Document.Text("a", "ab"), new Document.Text("b", "c")),
            List.of(),
            List.of());
    CharTokenizer marked = CharTokenizer.of(Markers.withMarkers(corpus, false));
    assertThat(marked.vocabSize()).isEqualTo(4);
    PackedTokens ended = TokenizedCorpus.encode(corpus, marked, ChatFormat.PLAIN);
    assertThat(ids(ended.tokens())).containsExactly(3, 0, 1, 3, 2, 3);
    assertThat(ended.countBytes(marked)).isEqualTo(3);
    Corpus taken =
        new Corpus(
            "x", Documents.LINES, List.of(new Document.Text("a", "\uFDD2")), List.of(), List.of());
    assertThatThrownBy(() -> Markers.withMarkers(taken, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x: has U+FDD2");
  }

  @Test
  void aConversationIsWrittenInTokensAsOneText() {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(String.valueOf(ByteAlphabet.letter(b)));
    }
    Collections.addAll(tokens, "Ho", "\u0120Ho", "!\u010A", "!\u010Auser");
    String[] left = {"H", "\u0120", "!", "u", "us", "use", "!\u010A"};
    String[] right = {"o", "Ho", "\u010A", "s", "e", "r", "user"};
    Collections.addAll(tokens, "us", "use", "user");
    Tokenizer merging =
        new ByteLevelBpe(
                tokens,
                BpeModel.merges(left, right),
                List.of(),
                false,
                List.of(),
                ByteLevelBpe.Special.NONE)
            .tokenizer();
    Document chat =
        new Document.Chat(
            "b",
            List.of(
                new Document.Message("user", "?"),
                new Document.Message("assistant", "Ho!"),
                new Document.Message("user", "?"),
                new Document.Message("assistant", "Ho")));
    PackedTokens packed =
        new Packing(merging, Markers.NONE, ChatFormat.PLAIN, FillInTheMiddle.NONE)
            .pack(List.of(chat));
    String text = "user: ?\nassistant: Ho!\nuser: ?\nassistant: Ho\n";
    assertThat(ids(packed.tokens())).isEqualTo(merging.encode(text));
    StringBuilder learnt = new StringBuilder();
    for (int i = 0; i < packed.length(); i++) {
      if (ids(packed.learnt())[i] == 1) {
        learnt.append(merging.piece(packed.tokens().get(i))).append('|');
      }
    }
    // With the space before it, and with what the next turn begins with, in one token.
    assertThat(learnt).hasToString("\u0120Ho|!\u010Auser|\u0120Ho|\u010A|");
  }

  @Test
  void onlyAnswersAreLearnt() {
    PackedTokens packed =
        bytes(FillInTheMiddle.NONE)
            .pack(
                List.of(
                    new Document.Answered("a", "2+2=", "4"),
                    new Document.Chat(
                        "b",
                        List.of(
                            new Document.Message("user", "Hi"),
                            new Document.Message("assistant", "Ho"),
                            new Document.Message("user", "?"),
                            new Document.Message("assistant", "!")))));
    String text = "\u00FF2+2=4\u00FFuser: Hi\nassistant: Ho\nuser: ?\nassistant: !\n\u00FF";
    assertThat(new String(byteArray(packed.tokens()), StandardCharsets.ISO_8859_1)).isEqualTo(text);
    StringBuilder learnt = new StringBuilder();
    for (int id : ids(packed.learnt())) {
      learnt.append(id == 1 ? '#' : '.');
    }
    StringBuilder expected = new StringBuilder(".".repeat(text.length()));
    for (int[] range :
        new int[][] {
          {5, 7}, {text.indexOf("Ho"), text.indexOf("Ho") + 3}, {text.indexOf("!"), text.length()}
        }) {
      for (int i = range[0]; i < range[1]; i++) {
        expected.setCharAt(i, '#');
      }
    }
    assertThat(learnt.toString()).isEqualTo(expected.toString());
    assertThat(packed.learntCount()).isEqualTo(2 + 3 + 3);
    assertThat(packed.countBytes(new ByteTokenizer())).isEqualTo(1 + 3 + 2);
  }

  @Test
  void middlesAreMovedAndNothingIsLost() {
    int[] kinds = new int[3];
    for (int i = 0; i < 200; i++) {
      String text = "naïve text number " + i + " 😀 end";
      PackedTokens packed =
          bytes(new FillInTheMiddle(0.5, 3)).pack(List.of(new Document.Text("a", text)));
      assertThat(packed.learnt()).isNull();
      String row = new String(byteArray(packed.tokens()), StandardCharsets.ISO_8859_1);
      row = row.substring(1, row.length() - 1);
      String restored = row;
      int kind = 0;
      if (row.charAt(0) == PREFIX) {
        int suffix = row.indexOf(SUFFIX);
        int middle = row.indexOf(MIDDLE);
        kind = suffix == 1 ? 2 : 1;
        restored =
            row.substring(1, suffix)
                + row.substring(middle + 1)
                + row.substring(suffix + 1, middle);
      }
      kinds[kind]++;
      assertThat(new String(restored.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
          .isEqualTo(text);
    }
    assertThat(kinds[0]).isBetween(70, 130);
    assertThat(kinds[1]).isBetween(25, 75);
    assertThat(kinds[2]).isBetween(25, 75);
  }

  @Test
  void middlesNeedTheirTokensAndDocuments() {
    CharTokenizer letters = CharTokenizer.of("ab");
    assertThatThrownBy(
            () ->
                new Packing(
                    letters, Markers.of(letters), ChatFormat.PLAIN, new FillInTheMiddle(0.5, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no tokens for a prefix");
    Corpus one = Corpus.of("a.txt", "aaaaaaaaab");
    assertThatThrownBy(
            () ->
                TokenizedCorpus.of(
                    one.split(0.1, 1),
                    new ByteTokenizer(),
                    ChatFormat.PLAIN,
                    new FillInTheMiddle(0.5, 1)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is one text");
  }

  private static int[] ids(TokenSequence tokens) {
    return tokens.toArray(0, (int) tokens.length());
  }

  private static byte[] byteArray(TokenSequence tokens) {
    int[] ids = ids(tokens);
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return bytes;
  }
}
