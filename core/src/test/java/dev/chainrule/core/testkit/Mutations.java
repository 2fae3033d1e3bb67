package dev.chainrule.core.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Broken versions of valid inputs: of bytes, and of texts made of tokens, such as JSON and CSV. */
public final class Mutations {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9][0-9.eE+-]*|[A-Za-z_]+|\\s+|.", Pattern.DOTALL);
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 24,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    Long.MAX_VALUE
  };
  private static final String[] WORDS = {
    "-1",
    "0.5",
    "1e9",
    "1e400",
    "-1e-400",
    "NaN",
    "Infinity",
    "1.0",
    "2e1",
    "-0",
    "18446744073709551616",
    "9".repeat(1001),
    "1e999999999",
    "true",
    "false",
    "null",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "[1,2,3]",
    "{\"a\":1}",
    "[".repeat(600),
    "{\"a\":".repeat(600),
    "\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "\uFEFF",
    "\u2028",
    "é",
    "\uD83D\uDE00",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\\n\"",
    "\\",
    "\"" + "x".repeat(3000) + "\"",
    ";",
    "'",
    "#",
    "//",
    "2024-02-30",
    "1969-12-31",
    "$",
    "%s"
  };

  private Mutations() {}

  /** A text as tokens that {@link #text} changes. */
  public static String[] tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens.toArray(String[]::new);
  }

  /** The text with no, one or a few changes of tokens; seldom of bytes too. */
  public static byte[] text(String[] tokens, RandomGenerator random) {
    List<String> changed = new ArrayList<>(Arrays.asList(tokens));
    int changes = Math.min(random.nextInt(6), random.nextInt(6));
    for (int i = 0; i < changes && !changed.isEmpty(); i++) {
      change(changed, random);
    }
    byte[] bytes = String.join("", changed).getBytes(StandardCharsets.UTF_8);
    return random.nextInt(10) == 0 ? bytes(bytes, random) : bytes;
  }

  private static void change(List<String> tokens, RandomGenerator random) {
    int at = random.nextInt(tokens.size());
    int end = Math.min(tokens.size(), at + 1 + random.nextInt(6));
    switch (random.nextInt(12)) {
      case 0 -> tokens.subList(at, end).clear();
      case 1 -> tokens.addAll(at, List.copyOf(tokens.subList(at, end)));
      case 2 -> tokens.add(at, word(random));
      case 3 -> tokens.subList(at, tokens.size()).clear();
      case 4 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
      case 5 -> tokens.set(at, word(random));
      default -> {
        // Of one sort: a number for a number, a word for a word.
        for (int i = 0; i < tokens.size(); i++) {
          int place = (at + i) % tokens.size();
          char first = tokens.get(place).charAt(0);
          if (Character.isDigit(first) || first == '-') {
            tokens.set(place, number(random));
            return;
          } else if ((Character.isLetter(first) || first == '"') && random.nextInt(8) == 0) {
            tokens.set(place, tokens.get(random.nextInt(tokens.size())));
            return;
          }
        }
      }
    }
  }

  private static String word(RandomGenerator random) {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private static String number(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> WORDS[random.nextInt(12)];
      case 1 -> Integer.toString(random.nextInt(64));
      default -> Long.toString(NUMBERS[random.nextInt(NUMBERS.length)]);
    };
  }

  /** The bytes with one or a few changes. */
  public static byte[] bytes(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && changed.length > 0; i--) {
      int at = random.nextInt(changed.length);
      if (random.nextBoolean()) {
        at = random.nextInt(Math.min(changed.length, 64));
      }
      int count = Math.min(changed.length - at, 1 + random.nextInt(16));
      switch (random.nextInt(7)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) random.nextInt(256);
        case 2 -> changed = Arrays.copyOf(changed, at);
        case 3 -> changed = spliced(changed, at, count, new byte[0]);
        case 4 -> changed = spliced(changed, at, 0, Arrays.copyOfRange(changed, at, at + count));
        default -> overwrite(changed, at, random);
      }
    }
    return changed;
  }

  private static void overwrite(byte[] bytes, int at, RandomGenerator random) {
    long number = random.nextInt(8) == 0 ? -1 : NUMBERS[random.nextInt(NUMBERS.length)];
    ByteBuffer buffer =
        ByteBuffer.wrap(bytes)
            .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    switch (random.nextInt(3)) {
      case 0 -> {
        if (bytes.length >= 2) {
          buffer.putShort(Math.min(at, bytes.length - 2), (short) number);
        }
      }
      case 1 -> {
        if (bytes.length >= 4) {
          buffer.putInt(Math.min(at & ~1, bytes.length - 4), (int) number);
        }
      }
      default -> {
        if (bytes.length >= 8) {
          buffer.putLong(Math.min(at & ~1, bytes.length - 8), number);
        }
      }
    }
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] inserted) {
    byte[] result = new byte[bytes.length - removed + inserted.length];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(
        bytes, at + removed, result, at + inserted.length, bytes.length - at - removed);
    return result;
  }
}
