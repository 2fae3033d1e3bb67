package dev.chainrule.text.serving;

import dev.chainrule.text.run.Finish;
import dev.chainrule.text.run.ScoredText;
import dev.chainrule.text.run.TextSample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Collects the texts of a request; told by one thread. */
final class WholeTexts implements Consumer<TextEvent> {
  /** One of them, as far as it has come. */
  private static final class Text {
    final StringBuilder text = new StringBuilder();
    final List<Integer> ids = new ArrayList<>();
    final List<Double> logProbs = new ArrayList<>();
    final List<List<ScoredText.Candidate>> top = new ArrayList<>();
    Finish finish = Finish.LENGTH;

    TextSample sample() {
      return new TextSample(text.toString(), ids, logProbs, finish, top);
    }
  }

  private final List<Text> texts = new ArrayList<>();
  private final CompletableFuture<List<TextSample>> result = new CompletableFuture<>();
  private final boolean asksTop;
  private int left;

  WholeTexts(TextRequest request) {
    int count = request.count();
    left = count;
    asksTop = request.top() > 0;
    for (int i = 0; i < count; i++) {
      texts.add(new Text());
    }
  }

  CompletableFuture<List<TextSample>> result() {
    return result;
  }

  @Override
  public void accept(TextEvent event) {
    Text text = texts.get(event.choice());
    switch (event) {
      case TextEvent.Drawn drawn -> {
        text.text.append(drawn.token().text());
        text.ids.add(drawn.token().id());
        text.logProbs.add(drawn.token().logProb());
        if (asksTop) {
          text.top.add(drawn.token().top());
        }
      }
      case TextEvent.Ended ended -> end(text, ended);
    }
  }

  private void end(Text text, TextEvent.Ended ended) {
    text.text.append(ended.text());
    text.finish = ended.ending() == Ending.STOP ? Finish.STOP : Finish.LENGTH;
    left--;
    if (!ended.ending().isWhole()) {
      result.completeExceptionally(
          new IllegalStateException(
              "a text ended as %s %s".formatted(ended.ending(), ended.message()).strip()));
    } else if (left == 0) {
      result.complete(texts.stream().map(Text::sample).toList());
    }
  }
}
