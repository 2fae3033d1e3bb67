package dev.chainrule.text.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All that was told of a request. */
final class Collected implements Consumer<TextEvent> {
  final List<List<Integer>> ids = new ArrayList<>();
  final List<List<Double>> logProbs = new ArrayList<>();
  final List<StringBuilder> texts = new ArrayList<>();
  final List<TextEvent.Ended> ends = new ArrayList<>();
  private final CountDownLatch left;

  Collected(int count) {
    left = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      ids.add(new ArrayList<>());
      logProbs.add(new ArrayList<>());
      texts.add(new StringBuilder());
    }
  }

  @Override
  public synchronized void accept(TextEvent event) {
    switch (event) {
      case TextEvent.Drawn drawn -> {
        ids.get(drawn.choice()).add(drawn.token().id());
        logProbs.get(drawn.choice()).add(drawn.token().logProb());
        texts.get(drawn.choice()).append(drawn.token().text());
      }
      case TextEvent.Ended ended -> {
        texts.get(ended.choice()).append(ended.text());
        ends.add(ended);
        left.countDown();
      }
    }
  }

  /** Waits for the end of all. */
  Collected await() throws InterruptedException {
    if (!left.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("not ended: " + ends);
    }
    return this;
  }
}
