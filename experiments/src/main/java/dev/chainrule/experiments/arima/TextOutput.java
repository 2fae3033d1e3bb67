package dev.chainrule.experiments.arima;

import dev.chainrule.base.io.AtomicFile;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The text that a command writes into the file of {@code --out}, if there is one. */
final class TextOutput {
  private TextOutput() {}

  /** Writes the text, or does all the work but that. */
  interface Content {
    void write(@Nullable Writer text) throws IOException;
  }

  /**
   * Writes to a temporary name, which becomes the file once all is written.
   *
   * @param file the file, or null for none
   */
  static void write(@Nullable Path file, Content content) throws IOException {
    if (file == null) {
      content.write(null);
      return;
    }
    AtomicFile.write(
        file,
        channel -> {
          Writer text = Channels.newWriter(channel, StandardCharsets.UTF_8);
          content.write(text);
          text.flush();
        });
  }
}
