package dev.chainrule.text.tokenizer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.io.Json;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.text.tokenizer.huggingface.ByteLevelBpe;
import dev.chainrule.text.tokenizer.huggingface.HuggingFaceTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import dev.chainrule.text.tokenizer.training.BpeTraining.Ties;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BpeTrainerTest {
  private static ByteLevelBpe train(BpeTraining training, String text) {
    WordCounts words = new WordCounts(training);
    words.add(text);
    return BpeTrainer.train(training, words, tokens -> {});
  }

  private static List<String> merges(ByteLevelBpe trained) {
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < trained.merges().size(); rank++) {
      merges.add(trained.merges().left(rank) + " " + trained.merges().right(rank));
    }
    return merges;
  }

  /** Every pair is counted anew for each merge. */
  private static List<String> plainly(List<String> words, int count, long least, Ties ties) {
    List<String> tokens = new ArrayList<>();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    List<List<String>> symbols = new ArrayList<>();
    words.forEach(word -> symbols.add(new ArrayList<>(List.of(word.split("")))));
    List<String> merges = new ArrayList<>();
    while (merges.size() < count) {
      Map<List<Integer>, Long> pairs = new LinkedHashMap<>();
      for (List<String> word : symbols) {
        for (int i = 0; i + 1 < word.size(); i++) {
          List<Integer> pair =
              List.of(tokens.indexOf(word.get(i)), tokens.indexOf(word.get(i + 1)));
          pairs.merge(pair, 1L, Long::sum);
        }
      }
      List<Integer> best = null;
      for (Map.Entry<List<Integer>, Long> entry : pairs.entrySet()) {
        if (best == null
            || entry.getValue() > pairs.get(best)
            || entry.getValue().equals(pairs.get(best))
                && before(entry.getKey(), best, tokens, ties)) {
          best = entry.getKey();
        }
      }
      if (best == null || pairs.get(best) < least) {
        return merges;
      }
      String one = tokens.get(best.get(0));
      String other = tokens.get(best.get(1));
      merges.add(one + " " + other);
      if (!tokens.contains(one + other)) {
        tokens.add(one + other);
      }
      for (List<String> word : symbols) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.get(i).equals(one) && word.get(i + 1).equals(other)) {
            word.set(i, one + other);
            word.remove(i + 1);
          }
        }
      }
    }
    return merges;
  }

  private static boolean before(
      List<Integer> one, List<Integer> other, List<String> tokens, Ties ties) {
    if (ties == Ties.BYTES) {
      int left = tokens.get(one.get(0)).compareTo(tokens.get(other.get(0)));
      int right = tokens.get(one.get(1)).compareTo(tokens.get(other.get(1)));
      return left > 0 || left == 0 && right > 0;
    }
    return one.get(0) < other.get(0)
        || one.get(0).equals(other.get(0)) && one.get(1) < other.get(1);
  }

  /** Words without letters in a row twice: pairs that overlap themselves are counted otherwise. */
  @Test
  void theMostFrequentPairIsMergedEachTime() {
    for (int i = 0; i < 60; i++) {
      RandomGenerator random = CounterRandom.of(31, i);
      List<String> words = new ArrayList<>();
      for (int k = 0; k < 30; k++) {
        StringBuilder word = new StringBuilder();
        char last = 0;
        for (int n = 1 + random.nextInt(7); n > 0; n--) {
          char letter = (char) ('a' + random.nextInt(4));
          if (letter != last) {
            word.append(letter);
          }
          last = letter;
        }
        words.add(word.toString());
      }
      Ties ties = i % 2 == 0 ? Ties.BYTES : Ties.IDS;
      BpeTraining training =
          new BpeTraining(256 + 12, 2, List.of(), TextPattern.GPT2, ties).withPattern("\\p{L}+");
      List<String> got = merges(train(training, String.join(" ", words)));
      assertThat(got).as(words.toString()).isEqualTo(plainly(words, got.size(), 2, ties));
    }
  }

  @Test
  void aTokenizerComesOfItThatWritesItsText() {
    String text = "the theme of the thesis: them and these, there\n".repeat(20);
    ByteLevelBpe trained = train(BpeTraining.gpt2(270), text);
    SubwordTokenizer made = trained.tokenizer();
    SubwordTokenizer read = HuggingFaceTokenizer.parse(trained.json(), "trained");
    assertThat(trained.tokens()).hasSize(270).startsWith("<|endoftext|>", "!");
    for (SubwordTokenizer tokenizer : new SubwordTokenizer[] {made, read}) {
      int[] ids = tokenizer.encode(text + "né<|endoftext|>");
      assertThat(ids.length).isLessThan(text.length() / 2);
      assertThat(tokenizer.decode(ids)).isEqualTo(text + "né<|endoftext|>");
      assertThat(tokenizer.encodeMarked("a<|endoftext|>")).endsWith(0);
      assertThat(ids).containsExactly(made.encode(text + "né<|endoftext|>"));
    }
  }

  @Test
  void specialTokensAreBetweenTextsAndNotLearnt() {
    ByteLevelBpe with = train(BpeTraining.gpt2(400), "aba aba<|endoftext|>aba aba".repeat(9));
    assertThat(merges(with)).noneMatch(merge -> merge.contains("end") || merge.contains("|"));
  }

  @Test
  void whatCannotBeTrainedIsRefused() {
    assertThatThrownBy(() -> BpeTraining.gpt2(256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocab_size 256, expected at least 257");
    assertThatThrownBy(() -> BpeTraining.gpt2(300).withSpecials(List.of("a", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each once");
  }

  /** What Hugging Face's trainer makes of a small corpus. */
  @Test
  void theLibrarysMergesAreReproduced() throws IOException {
    JsonNode fixture;
    try (InputStream in =
        Objects.requireNonNull(
            BpeTrainerTest.class.getResourceAsStream("/tokenizers/tokenizers.json"))) {
      fixture = Json.mapper().readTree(in).get(0);
    }
    BpeTraining training =
        BpeTraining.gpt2(360).withSpecials(List.of()).withMinFrequency(0).withTies(Ties.IDS);
    WordCounts words = new WordCounts(training);
    fixture.path("corpus").forEach(text -> words.add(text.stringValue()));
    List<String> expected = new ArrayList<>();
    for (JsonNode merge : fixture.path("tokenizer").path("model").path("merges")) {
      expected.add(merge.get(0).stringValue() + " " + merge.get(1).stringValue());
    }
    assertThat(expected).hasSize(360 - 256);
    assertThat(merges(BpeTrainer.train(training, words, tokens -> {}))).isEqualTo(expected);
  }

  /** The reference run of stanford-cs336's first assignment. */
  @Test
  void theReferenceRunIsReproduced() throws IOException {
    String data = System.getenv("CHAINRULE_DATA");
    Assumptions.assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path folder = Path.of(data, "tokenizers", "bpe-train");
    Assumptions.assumeTrue(Files.exists(folder), "CHAINRULE_DATA has no tokenizers/bpe-train");
    String corpus = Files.readString(folder.resolve("corpus.en"));
    List<String> expected =
        Files.readAllLines(folder.resolve("train-bpe-reference-merges.txt")).stream()
            .filter(line -> !line.isEmpty())
            .toList();
    ByteLevelBpe trained = train(BpeTraining.gpt2(500), corpus);
    assertThat(merges(trained)).isEqualTo(expected);
    Json.parse(
            Files.readString(folder.resolve("train-bpe-reference-vocab.json")),
            "vocabulary",
            JsonNode.class)
        .properties()
        .forEach(
            entry ->
                assertThat(trained.tokens().get(entry.getValue().intValue()))
                    .isEqualTo(entry.getKey()));
  }
}
