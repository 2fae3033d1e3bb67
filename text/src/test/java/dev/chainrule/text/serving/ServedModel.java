package dev.chainrule.text.serving;

import dev.chainrule.core.array.DType;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A tiny model of bytes with a template of conversations, which says nearly anything. */
public final class ServedModel {
  /** Tokens that it sees at once. */
  public static final int CONTEXT = 128;

  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}"
          + "{% if add_generation_prompt %}assistant:{% endif %}";

  /** The same, with names of tools, and calls between marks. */
  public static final String TOOLS_TEMPLATE =
      "{% for t in tools or [] %}{{ t.function.name }} {% endfor %}{% for m in messages %}{{ m.role"
          + " }}:{{ m.content }}{% for c in m.tool_calls or [] %}<tool_call>{{ c.function.name"
          + " }}({{ c.function.arguments.a }})</tool_call>{% endfor %}{{ '\n' }}"
          + "{% endfor %}assistant:";

  private ServedModel() {}

  /** Writes it into a folder and opens it. */
  public static TextModel in(Path folder) throws IOException {
    return in(folder, "llama");
  }

  /** The same of an architecture of {@link Tiny}. */
  public static TextModel in(Path folder, String architecture) throws IOException {
    return in(folder, architecture, CONTEXT, TEMPLATE);
  }

  /** With tools in its template. */
  public static TextModel withTools(Path folder) throws IOException {
    return in(folder, "llama", CONTEXT, TOOLS_TEMPLATE);
  }

  /** With the usual template, but room for more. */
  public static TextModel withRoom(Path folder, int context) throws IOException {
    return in(folder, "llama", context, TEMPLATE);
  }

  private static TextModel in(Path folder, String architecture, int context, String template)
      throws IOException {
    DecoderModel network = new DecoderModel(Tiny.architectures(256, context).get(architecture));
    network.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), context, folder);
    Files.writeString(folder.resolve("chat_template.jinja"), template);
    return TextModel.open(folder);
  }
}
