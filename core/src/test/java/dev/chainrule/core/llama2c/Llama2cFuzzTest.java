package dev.chainrule.core.llama2c;

import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class Llama2cFuzzTest {
  @Test
  void models() {
    ReaderFuzz.run(
        "llama2c-model",
        60,
        random -> {
          byte[] file = Llama2cFileTest.file(random.nextInt(2), random.nextBoolean());
          return random.nextInt(3) == 0 ? file : Mutations.bytes(file, random);
        },
        bytes -> Llama2cFile.parse(ReaderFuzz.ORIGIN, MemorySegment.ofArray(bytes)));
  }
}
