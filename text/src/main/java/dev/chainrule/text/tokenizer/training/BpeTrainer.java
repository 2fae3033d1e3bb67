package dev.chainrule.text.tokenizer.training;

import dev.chainrule.text.tokenizer.huggingface.ByteLevelBpe;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.ByteAlphabet;
import dev.chainrule.text.tokenizer.subword.IdList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Learns merges: again and again the most frequent pair of neighbours becomes a token. Counts of
 * pairs are kept up to date by the words in which a merge took place, so that a merge costs what it
 * changes and not the corpus.
 *
 * <p>Ids are given to the special tokens, then to the letters of the bytes in the order of Unicode,
 * then to merges in their order, as Hugging Face's trainer does.
 */
public final class BpeTrainer {
  private final BpeTraining training;
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> idOf = new HashMap<>();
  private final List<int[]> words = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final List<byte[]> bytesOf = new ArrayList<>();
  private final PriorityQueue<Candidate> queue;
  private final List<String> left = new ArrayList<>();
  private final List<String> right = new ArrayList<>();

  private BpeTrainer(BpeTraining training) {
    this.training = training;
    Comparator<Candidate> byFrequency =
        Comparator.comparingLong((Candidate candidate) -> -candidate.count);
    this.queue =
        new PriorityQueue<>(
            switch (training.ties()) {
              case IDS -> byFrequency.thenComparingLong(candidate -> candidate.key);
              case BYTES -> byFrequency.thenComparing(this::greaterFirst);
            });
  }

  private int greaterFirst(Candidate one, Candidate other) {
    int left = Arrays.compareUnsigned(bytesOf.get(other.left()), bytesOf.get(one.left()));
    return left != 0
        ? left
        : Arrays.compareUnsigned(bytesOf.get(other.right()), bytesOf.get(one.right()));
  }

  /** How often a pair occurs, and in which words it came to be since it was last queued. */
  private static final class Pair {
    private long count;
    private IdList where = new IdList();
    private int lastWord = -1;

    void add(long occurrences, int word) {
      count += occurrences;
      if (lastWord != word) {
        where.add(word);
        lastWord = word;
      }
    }
  }

  private static final class Candidate {
    private final long key;
    private final int[] where;
    private long count;

    Candidate(long key, long count, int[] where) {
      this.key = key;
      this.count = count;
      this.where = where;
    }

    int left() {
      return (int) (key >>> 32);
    }

    int right() {
      return (int) key;
    }
  }

  /**
   * Trains.
   *
   * @param progress told the number of tokens now and then
   */
  public static ByteLevelBpe train(BpeTraining training, WordCounts corpus, IntConsumer progress) {
    BpeTrainer trainer = new BpeTrainer(training);
    training.specials().forEach(trainer::token);
    char[] letters = new char[BpeTraining.BYTES];
    for (int b = 0; b < letters.length; b++) {
      letters[b] = ByteAlphabet.letter(b);
    }
    Arrays.sort(letters);
    for (char letter : letters) {
      trainer.token(String.valueOf(letter));
    }
    trainer.takeWords(corpus);
    trainer.merge(progress);
    return trainer.result();
  }

  private int token(String text) {
    return idOf.computeIfAbsent(
        text,
        absent -> {
          tokens.add(absent);
          bytesOf.add(ByteAlphabet.read(absent));
          return tokens.size() - 1;
        });
  }

  private void takeWords(WordCounts corpus) {
    corpus
        .counts()
        .forEach(
            (word, count) -> {
              byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
              int[] symbols = new int[bytes.length];
              for (int i = 0; i < symbols.length; i++) {
                symbols[i] = token(String.valueOf(ByteAlphabet.letter(bytes[i] & 0xFF)));
              }
              words.add(symbols);
              counts.add(count[0]);
            });
    Set<Long> met = new HashSet<>();
    for (int i = 0; i < words.size(); i++) {
      int[] word = words.get(i);
      for (int k = 0; k + 1 < word.length; k++) {
        long key = key(word[k], word[k + 1]);
        met.add(key);
        pair(key).add(counts.get(i), i);
      }
    }
    queue(met);
  }

  private static long key(int one, int other) {
    return ((long) one << 32) | other;
  }

  private Pair pair(long key) {
    return pairs.computeIfAbsent(key, absent -> new Pair());
  }

  private void queue(Set<Long> keys) {
    for (long key : keys) {
      Pair pair = pair(key);
      if (pair.count > 0) {
        queue.add(new Candidate(key, pair.count, pair.where.toArray()));
      }
      pair.where = new IdList();
      pair.lastWord = -1;
    }
  }

  private void merge(IntConsumer progress) {
    while (tokens.size() < training.vocabSize() && !queue.isEmpty()) {
      Candidate top = queue.remove();
      long now = pair(top.key).count;
      if (top.count != now) {
        top.count = now;
        queue.add(top);
        continue;
      }
      if (top.count < Math.max(1, training.minFrequency())) {
        return;
      }
      int one = top.left();
      int other = top.right();
      left.add(tokens.get(one));
      right.add(tokens.get(other));
      int merged = token(tokens.get(one) + tokens.get(other));
      Set<Long> changed = new HashSet<>();
      for (int word : top.where) {
        words.set(word, merged(word, one, other, merged, changed));
      }
      queue(changed);
      progress.accept(tokens.size());
    }
  }

  /** The word after the merge; counts of the pairs beside it are brought up to date. */
  private int[] merged(int index, int one, int other, int merged, Set<Long> changed) {
    int[] word = words.get(index);
    long count = counts.get(index);
    int[] after = new int[word.length];
    int size = 0;
    int i = 0;
    while (i < word.length) {
      if (i + 1 == word.length || word[i] != one || word[i + 1] != other) {
        after[size++] = word[i++];
        continue;
      }
      if (size > 0) {
        pair(key(after[size - 1], one)).count -= count;
        add(key(after[size - 1], merged), count, index, changed);
      }
      after[size++] = merged;
      if (i + 2 < word.length) {
        pair(key(other, word[i + 2])).count -= count;
        add(key(merged, word[i + 2]), count, index, changed);
      }
      i += 2;
    }
    return Arrays.copyOf(after, size);
  }

  private void add(long key, long count, int word, Set<Long> changed) {
    pair(key).add(count, word);
    changed.add(key);
  }

  private ByteLevelBpe result() {
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < training.specials().size(); id++) {
      added.add(AddedToken.control(id, training.specials().get(id)));
    }
    OptionalInt end = added.isEmpty() ? OptionalInt.empty() : OptionalInt.of(0);
    return new ByteLevelBpe(
        tokens,
        BpeModel.merges(left.toArray(String[]::new), right.toArray(String[]::new)),
        List.of(training.pattern()),
        false,
        added,
        new ByteLevelBpe.Special(end, end, List.of(), false, false));
  }
}
