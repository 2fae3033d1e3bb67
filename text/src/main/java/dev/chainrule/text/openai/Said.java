package dev.chainrule.text.openai;

import dev.chainrule.text.structure.CallReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer taken apart as it comes: its text, and the functions that it calls. */
final class Said {
  private final @Nullable CallReader reader;
  private final StringBuilder text = new StringBuilder();
  private final List<Made> calls = new ArrayList<>();

  /** A call as far as it has come. */
  static final class Made {
    /** By which who answers it names it. */
    final String id = Head.newId("call");

    /** Of the item that it is in an answer of the responses route. */
    final String itemId = Head.newId("fc");

    final String name;
    private final StringBuilder arguments = new StringBuilder();
    private boolean complete;

    private Made(String name) {
      this.name = name;
    }

    String arguments() {
      return arguments.toString();
    }

    boolean isComplete() {
      return complete;
    }
  }

  /**
   * Nothing yet.
   *
   * @param reader null where nothing can be called
   */
  Said(@Nullable CallReader reader) {
    this.reader = reader;
  }

  /** Takes a piece of the answer; returns what it adds. */
  List<CallReader.Part> take(String piece) {
    if (reader != null) {
      return taken(reader.read(piece));
    }
    return piece.isEmpty() ? List.of() : taken(List.of(new CallReader.Part.Text(piece)));
  }

  /** The answer has ended; returns what was held back. */
  List<CallReader.Part> end() {
    return reader == null ? List.of() : taken(reader.finish());
  }

  private List<CallReader.Part> taken(List<CallReader.Part> parts) {
    for (CallReader.Part part : parts) {
      switch (part) {
        case CallReader.Part.Text more -> text.append(more.text());
        case CallReader.Part.Begin begin -> calls.add(new Made(begin.name()));
        case CallReader.Part.Arguments more -> calls.get(more.call()).arguments.append(more.json());
        case CallReader.Part.End end -> calls.get(end.call()).complete = true;
      }
    }
    return parts;
  }

  String text() {
    return text.toString();
  }

  List<Made> calls() {
    return calls;
  }

  /** As the chat route says why an answer ended. */
  String finishReason(Answer answer) {
    boolean called = !calls.isEmpty() && calls.getLast().isComplete();
    return called && !answer.isCut() ? "tool_calls" : answer.finishReason();
  }
}
