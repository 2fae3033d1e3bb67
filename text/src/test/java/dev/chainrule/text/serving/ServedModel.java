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

  private ServedModel() {}

  /** Writes it into a folder and opens it. */
  public static TextModel in(Path folder) throws IOException {
    return in(folder, "llama");
  }

  /** The same of an architecture of {@link Tiny}. */
  public static TextModel in(Path folder, String architecture) throws IOException {
    DecoderModel network = new DecoderModel(Tiny.architectures(256, CONTEXT).get(architecture));
    network.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), CONTEXT, folder);
    Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
    return TextModel.open(folder);
  }
}
