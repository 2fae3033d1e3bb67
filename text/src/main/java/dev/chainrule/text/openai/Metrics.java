package dev.chainrule.text.openai;

import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.Histogram;
import dev.chainrule.text.serving.ServiceStats;
import dev.chainrule.text.serving.TextService;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What a server has done, in the text format of Prometheus. */
final class Metrics {
  private final Map<String, LongAdder> answered = new ConcurrentSkipListMap<>();
  private final TextService service;

  Metrics(TextService service) {
    this.service = service;
  }

  /**
   * Counts an answer.
   *
   * @param route one of those there are: a name that a client made up is none
   * @param status of HTTP; 0 where the client went before one was sent
   */
  void count(String route, int status) {
    String labels = "{route=\"%s\",status=\"%d\"}".formatted(route, status);
    answered.computeIfAbsent(labels, name -> new LongAdder()).increment();
  }

  String text() {
    ServiceStats stats = service.stats();
    StringBuilder text = new StringBuilder();
    Map<String, Long> requests = new TreeMap<>();
    answered.forEach((labels, count) -> requests.put(labels, count.sum()));
    series(text, "requests_total", "counter", "Answered requests over HTTP.", requests);
    Map<String, Long> ended = new TreeMap<>();
    for (Ending how : Ending.values()) {
      ended.put("{how=\"%s\"}".formatted(how.name().toLowerCase(Locale.ROOT)), stats.ended(how));
    }
    series(text, "texts_ended_total", "counter", "Texts that have ended.", ended);
    one(text, "texts_refused_total", "counter", "Refused, too many waited.", stats.refused());
    one(text, "texts_running", "gauge", "Texts that are drawn now.", stats.running());
    one(text, "texts_waiting", "gauge", "Texts that wait for a slot.", stats.waiting());
    one(text, "texts_kept", "gauge", "Ended texts to be used again.", stats.keptTexts());
    one(text, "kept_tokens", "gauge", "Their tokens.", stats.keptTokens());
    one(text, "kept_bytes", "gauge", "Of their keys and values.", stats.keptBytes());
    one(text, "kept_bytes_limit", "gauge", "Most of them.", service.config().keptBytes());
    one(text, "slots", "gauge", "Texts that can be drawn at once.", service.config().slots());
    one(text, "prompt_tokens_total", "counter", "Tokens read.", stats.promptTokens());
    String reused = "Tokens of prompts that were there already.";
    one(text, "prompt_tokens_reused_total", "counter", reused, stats.reusedTokens());
    one(text, "generated_tokens_total", "counter", "Tokens drawn.", stats.drawnTokens());
    one(text, "guessed_tokens_total", "counter", "Computed ahead.", stats.guessedTokens());
    String accepted = "Of those computed ahead, drawn then.";
    one(text, "accepted_tokens_total", "counter", accepted, stats.acceptedTokens());
    one(text, "steps_total", "counter", "Steps of the model.", stats.steps());
    histogram(
        text,
        "time_to_first_token_seconds",
        "From a request to its first token.",
        stats.firstToken());
    histogram(
        text, "time_per_output_token_seconds", "From a token to the next.", stats.nextToken());
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    one(text, "heap_used_bytes", "gauge", "Used heap of the process.", heap);
    return text.toString();
  }

  private static void head(StringBuilder text, String name, String type, String help) {
    text.append(
        "# HELP chainrule_%s %s\n# TYPE chainrule_%s %s\n".formatted(name, help, name, type));
  }

  private static void one(StringBuilder text, String name, String type, String help, long value) {
    series(text, name, type, help, Map.of("", value));
  }

  private static void series(
      StringBuilder text, String name, String type, String help, Map<String, Long> values) {
    head(text, name, type, help);
    values.forEach(
        (labels, value) -> text.append("chainrule_%s%s %d\n".formatted(name, labels, value)));
  }

  private static void histogram(StringBuilder text, String name, String help, Histogram of) {
    head(text, name, "histogram", help);
    Histogram.Snapshot counts = of.snapshot();
    for (int i = 0; i < counts.counts().length; i++) {
      String bound = i < counts.bounds().length ? Double.toString(counts.bounds()[i]) : "+Inf";
      text.append("chainrule_%s_bucket{le=\"%s\"} %d\n".formatted(name, bound, counts.counts()[i]));
    }
    text.append("chainrule_%s_sum %s\n".formatted(name, counts.sum()));
    text.append("chainrule_%s_count %d\n".formatted(name, counts.count()));
  }
}
