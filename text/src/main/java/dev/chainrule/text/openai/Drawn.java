package dev.chainrule.text.openai;

import dev.chainrule.text.serving.TextEvent;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Draws the answers to a request and sends them, as a stream or whole. */
record Drawn(TextService service) {
  /** How often it is seen whether a client is there. */
  static final Duration BEAT = Duration.ofSeconds(1);

  /**
   * Draws.
   *
   * @param requests one for each prompt
   * @param keepsTokens whether the whole answer has its tokens
   */
  void answer(
      Exchange exchange,
      List<TextRequest> requests,
      boolean stream,
      boolean keepsTokens,
      AnswerForm form)
      throws IOException, InterruptedException {
    try (Answers answers = new Answers(service, requests)) {
      List<Answer> all = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        all.add(new Answer(keepsTokens));
      }
      if (stream) {
        stream(exchange, answers, all, form);
      } else {
        whole(exchange, answers, all, form);
      }
    }
  }

  private static void whole(Exchange exchange, Answers answers, List<Answer> all, AnswerForm form)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    try {
      while (answers.areLeft()) {
        answers.take(BEAT, (index, event) -> all.get(index).take(event));
        if (System.nanoTime() - begun > BEAT.toNanos()) {
          exchange.requireClient();
          // Before there is anything, a failure may still have its own status.
          if (all.stream().anyMatch(answer -> answer.drawn() > 0)) {
            exchange.beat();
          }
          begun = System.nanoTime();
        }
      }
    } catch (ApiError e) {
      if (exchange.canFail()) {
        throw e;
      }
      exchange.cut();
      return;
    }
    exchange.send(200, form.whole(all, usage(answers, all)));
  }

  private static void stream(Exchange exchange, Answers answers, List<Answer> all, AnswerForm form)
      throws IOException, InterruptedException {
    EventStream out = exchange.events();
    form.begin(out, all.size());
    out.flush();
    try {
      while (answers.areLeft()) {
        if (!answers.take(BEAT, (index, event) -> send(out, index, event, all.get(index), form))) {
          out.comment();
        }
        out.flush();
      }
    } catch (ApiError e) {
      out.send("error", e.json());
      out.flush();
      return;
    }
    form.end(out, all, usage(answers, all));
    out.flush();
  }

  private static void send(
      EventStream out, int index, TextEvent event, Answer answer, AnswerForm form)
      throws IOException {
    answer.take(event);
    switch (event) {
      case TextEvent.Drawn one -> form.token(out, index, one.token());
      case TextEvent.Ended end -> form.ended(out, index, answer, end.text());
    }
  }

  private static Usage usage(Answers answers, List<Answer> all) {
    int drawn = all.stream().mapToInt(Answer::drawn).sum();
    int each = all.size() / answers.prompts();
    int reused = 0;
    for (int i = 0; i < all.size(); i += each) {
      reused += all.get(i).reused();
    }
    int guessed = all.stream().mapToInt(Answer::guessed).sum();
    int accepted = all.stream().mapToInt(Answer::accepted).sum();
    return new Usage(answers.promptTokens(), reused, drawn, guessed, accepted);
  }
}
