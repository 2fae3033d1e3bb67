package dev.chainrule.text.tokenizer.training;

import dev.chainrule.text.tokenizer.subword.PreTokenizer;
import dev.chainrule.text.tokenizer.subword.SplitRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each word of a corpus occurs: all that training needs of it, so that texts may come one
 * after the other.
 */
public final class WordCounts {
  private final PreTokenizer splitter;
  private final List<String> specials;
  private final Map<String, long[]> counts = new HashMap<>();

  /** With no text read yet. */
  public WordCounts(BpeTraining training) {
    splitter = SplitRule.isolated(training.pattern());
    specials = training.specials();
  }

  /** Counts the words of a text; special tokens in it are between texts. */
  public void add(String text) {
    int from = 0;
    while (from < text.length()) {
      int next = text.length();
      int after = next;
      for (String special : specials) {
        int at = text.indexOf(special, from);
        if (at >= 0 && at < next) {
          next = at;
          after = at + special.length();
        }
      }
      if (from < next) {
        splitter.split(text, from, next, true, this::count);
      }
      from = after;
    }
  }

  private void count(String text, int from, int to, boolean first) {
    counts.computeIfAbsent(text.substring(from, to), word -> new long[1])[0]++;
  }

  /** Each word and how often it occurred. */
  Map<String, long[]> counts() {
    return counts;
  }
}
