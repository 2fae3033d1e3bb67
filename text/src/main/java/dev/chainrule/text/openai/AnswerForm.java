package dev.chainrule.text.openai;

import dev.chainrule.text.run.Continuation;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** How a route of the API writes answers. */
interface AnswerForm {
  /** All answers at once. */
  ObjectNode whole(List<Answer> answers, Usage usage);

  /** Begins a stream of so many answers. */
  void begin(EventStream out, int answers) throws IOException;

  /** A token of an answer, with the text that it made certain. */
  void token(EventStream out, int index, Continuation.Token token) throws IOException;

  /**
   * An answer is complete.
   *
   * @param rest text that was held back
   */
  void ended(EventStream out, int index, Answer answer, String rest) throws IOException;

  /** All are complete. */
  void end(EventStream out, List<Answer> answers, Usage usage) throws IOException;
}
