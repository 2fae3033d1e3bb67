package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufMetadata;
import java.util.stream.IntStream;

/**
 * What a GGUF file says of its model, under the keys that begin with the architecture's name.
 *
 * @param file that says it
 * @param architecture the name with which the keys begin
 */
record GgufConfig(GgufFile file, String architecture) {
  private GgufMetadata metadata() {
    return file.metadata();
  }

  private String key(String key) {
    return architecture + "." + key;
  }

  boolean has(String key) {
    return metadata().has(key(key));
  }

  /** A number that must be there; where it is a list, one for each layer, all must be the same. */
  int integer(String key) {
    String full = key(key);
    if (!metadata().isArray(full)) {
      return toInt(full, metadata().integer(full));
    }
    int[] each = metadata().integers(full);
    if (each.length == 0 || IntStream.of(each).anyMatch(number -> number != each[0])) {
      throw new InputException(
          "%s: %s differs from layer to layer, expected the same in all"
              .formatted(file.path(), full));
    }
    return each[0];
  }

  int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  double number(String key, double otherwise) {
    return has(key) ? metadata().number(key(key)) : otherwise;
  }

  double number(String key) {
    return metadata().number(key(key));
  }

  String text(String key, String otherwise) {
    return has(key) ? metadata().string(key(key)) : otherwise;
  }

  boolean hasTensor(String name) {
    return file.has(name);
  }

  /** Number of tokens: rows of the table. */
  int vocabSize() {
    long[] shape = file.tensor("token_embd.weight").shape();
    if (shape.length != 2) {
      throw new InputException(
          "%s: token_embd.weight has %d dimensions, expected 2"
              .formatted(file.path(), shape.length));
    }
    return toInt("token_embd.weight's number of rows", shape[0]);
  }

  private int toInt(String what, long number) {
    if (number != (int) number) {
      throw new InputException(
          "%s: %s is %d, expected a number of 32 bits".formatted(file.path(), what, number));
    }
    return (int) number;
  }

  InputException refused(String key, String found, String expected) {
    return new InputException(
        "%s: %s is %s, expected %s".formatted(file.path(), key(key), found, expected));
  }
}
