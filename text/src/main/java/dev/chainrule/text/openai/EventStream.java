package dev.chainrule.text.openai;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Server-sent events; what is sent leaves with {@link #flush}. */
final class EventStream {
  private final OutputStream out;
  private final StallGuard guard;
  private final StringBuilder unsent = new StringBuilder();

  EventStream(OutputStream out, StallGuard guard) {
    this.out = out;
    this.guard = guard;
  }

  void send(JsonNode data) {
    unsent.append("data: ").append(data).append("\n\n");
  }

  void send(String event, JsonNode data) {
    unsent.append("event: ").append(event).append('\n');
    send(data);
  }

  void done() {
    unsent.append("data: [DONE]\n\n");
  }

  /** Something that clients overlook, to see whether they are there. */
  void comment() {
    unsent.append(": waiting\n\n");
  }

  void flush() throws IOException {
    if (unsent.isEmpty()) {
      return;
    }
    byte[] bytes = unsent.toString().getBytes(StandardCharsets.UTF_8);
    unsent.setLength(0);
    guard.watch(
        () -> {
          out.write(bytes);
          out.flush();
        });
  }
}
