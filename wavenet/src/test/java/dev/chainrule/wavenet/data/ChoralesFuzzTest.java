package dev.chainrule.wavenet.data;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoralesFuzzTest {
  private static final String[] CHORALES =
      Mutations.tokens(
          "{\"train\":[[[74,70,65,58],[74,70,65,58],[75,70,0]],[[60,62]]],\"test\":[[[60],[]]]}");

  /** A sixteenth, of 3 characters or more, is 0.15 seconds of samples of 4 bytes, scaled once. */
  @Test
  void chorales() {
    int rate = 1000;
    ReaderFuzz.run(
        "chorales",
        rate * 15 / 100 * 4 * 2 / 3 + 120,
        random -> Mutations.text(CHORALES, random),
        bytes ->
            Chorales.parse(Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON"), ReaderFuzz.ORIGIN)
                .render(List.of("train", "test"), rate, 12));
  }
}
