package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a text of {@link Tools#format(String, boolean, boolean)} apart as it is drawn: what is
 * said, and calls with their arguments as far as they have come.
 */
public final class CallReader {
  private static final Pattern HEAD =
      Pattern.compile("\\s*\\{\"name\": ?\"([^\"]*)\", ?\"arguments\": ?(?=\\{)");

  private final boolean marked;
  private final StringBuilder unread = new StringBuilder();
  private final List<Part> parts = new ArrayList<>();
  private State state;

  /** Number of the call that has begun last. */
  private int call = -1;

  /** How deep the arguments are, and whether within a string and behind a backslash of it. */
  private int depth;

  private boolean inString;
  private boolean escaped;

  private enum State {
    /** Nothing has come that says what it is. */
    BEGIN,
    TEXT,
    HEAD,
    ARGUMENTS,
    TAIL
  }

  /** A piece of a text. */
  public sealed interface Part {
    /** What is said. */
    record Text(String text) implements Part {}

    /**
     * A call begins.
     *
     * @param call its number, from 0
     */
    record Begin(int call, String name) implements Part {}

    /** More of the arguments of a call, as JSON. */
    record Arguments(int call, String json) implements Part {}

    /** The arguments of a call are complete. */
    record End(int call) implements Part {}
  }

  /**
   * Before any text.
   *
   * @param templateSource the text of the model's chat template, which may have marks for calls
   */
  public CallReader(String templateSource) {
    marked = Tools.isMarked(templateSource);
    state = marked ? State.TEXT : State.BEGIN;
  }

  /** Takes more text; returns what it made certain. */
  public List<Part> read(String text) {
    unread.append(text);
    parts.clear();
    boolean goesOn = true;
    while (goesOn && !unread.isEmpty()) {
      goesOn =
          switch (state) {
            case BEGIN -> begin();
            case TEXT -> marked ? text() : say(unread.length());
            case HEAD -> head();
            case ARGUMENTS -> arguments();
            case TAIL -> tail();
          };
    }
    return List.copyOf(parts);
  }

  /** The text has ended: what of it might have become a call is said. */
  public List<Part> finish() {
    parts.clear();
    if (state == State.TEXT) {
      say(unread.length());
    }
    return List.copyOf(parts);
  }

  private boolean begin() {
    state = unread.charAt(0) == '{' ? State.HEAD : State.TEXT;
    return true;
  }

  private boolean say(int length) {
    if (length > 0) {
      parts.add(new Part.Text(unread.substring(0, length)));
      unread.delete(0, length);
    }
    return false;
  }

  private boolean text() {
    int mark = unread.indexOf(Tools.BEGIN);
    if (mark >= 0) {
      int length = beforeSpaces(mark);
      say(length);
      unread.delete(0, mark - length + Tools.BEGIN.length());
      state = State.HEAD;
      return true;
    }
    int certain = Math.max(0, unread.length() - Tools.BEGIN.length() + 1);
    while (!Tools.BEGIN.startsWith(unread.substring(certain))) {
      certain++;
    }
    return say(beforeSpaces(certain));
  }

  /** Spaces before a call are not said. */
  private int beforeSpaces(int end) {
    int length = end;
    while (length > 0 && Character.isWhitespace(unread.charAt(length - 1))) {
      length--;
    }
    return length;
  }

  private boolean head() {
    Matcher head = HEAD.matcher(unread);
    if (!head.lookingAt()) {
      return false;
    }
    parts.add(new Part.Begin(++call, head.group(1)));
    unread.delete(0, head.end());
    state = State.ARGUMENTS;
    return true;
  }

  private boolean arguments() {
    for (int i = 0; i < unread.length(); i++) {
      if (ends(unread.charAt(i))) {
        parts.add(new Part.Arguments(call, unread.substring(0, i + 1)));
        parts.add(new Part.End(call));
        unread.delete(0, i + 1);
        state = State.TAIL;
        return true;
      }
    }
    parts.add(new Part.Arguments(call, unread.toString()));
    unread.setLength(0);
    return false;
  }

  private boolean ends(char c) {
    if (inString) {
      inString = escaped || c != '"';
      escaped = !escaped && c == '\\';
      return false;
    }
    switch (c) {
      case '"' -> inString = true;
      case '{', '[' -> depth++;
      case '}', ']' -> depth--;
      default -> {}
    }
    return depth == 0;
  }

  private boolean tail() {
    int mark = marked ? unread.indexOf(Tools.BEGIN) : -1;
    if (mark < 0) {
      return false;
    }
    unread.delete(0, mark + Tools.BEGIN.length());
    state = State.HEAD;
    return true;
  }
}
