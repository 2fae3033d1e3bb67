package dev.chainrule.text.openai;

import dev.chainrule.text.run.Continuation;
import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.TextEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One answer as far as it is there. */
final class Answer {
  private final StringBuilder text = new StringBuilder();
  private final List<Continuation.Token> tokens = new ArrayList<>();
  private final boolean keepsTokens;
  private int drawn;
  private TextEvent.@Nullable Ended ended;

  /**
   * With nothing yet.
   *
   * @param keepsTokens whether its tokens are asked for at the end
   */
  Answer(boolean keepsTokens) {
    this.keepsTokens = keepsTokens;
  }

  /** Takes an event; one that says that it failed throws what is to be answered. */
  void take(TextEvent event) {
    switch (event) {
      case TextEvent.Drawn one -> {
        drawn++;
        text.append(one.token().text());
        if (keepsTokens) {
          tokens.add(one.token());
        }
      }
      case TextEvent.Ended end -> {
        if (!end.ending().isWhole()) {
          throw ApiError.of(end);
        }
        text.append(end.text());
        ended = end;
      }
    }
  }

  String text() {
    return text.toString();
  }

  List<Continuation.Token> tokens() {
    return tokens;
  }

  int drawn() {
    return drawn;
  }

  private TextEvent.Ended end() {
    TextEvent.Ended end = ended;
    if (end == null) {
      throw new IllegalStateException("an answer that has not ended");
    }
    return end;
  }

  /** Tokens of the prompt that were there already. */
  int reused() {
    return ended == null ? 0 : ended.reused();
  }

  /** Tokens that were computed ahead. */
  int guessed() {
    return ended == null ? 0 : ended.guessed();
  }

  /** Those of them that were then drawn. */
  int accepted() {
    return ended == null ? 0 : ended.accepted();
  }

  boolean isCut() {
    return end().ending() == Ending.LENGTH;
  }

  /** As the API says why it ended. */
  String finishReason() {
    return isCut() ? "length" : "stop";
  }
}
