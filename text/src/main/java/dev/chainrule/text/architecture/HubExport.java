package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.text.decoder.DecoderConfig;
import dev.chainrule.text.decoder.DecoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes models as Hugging Face folders, which transformers loads. */
public final class HubExport {
  private static final String HEAD = "head.weight";

  private HubExport() {}

  /**
   * Which architecture a model can be written as.
   *
   * @throws InputException if none of those that are known can say its configuration
   */
  public static String architecture(DecoderConfig config) {
    return written(config).architecture().name();
  }

  static Architectures.Written written(DecoderConfig config) {
    return Architectures.writing(config)
        .orElseThrow(
            () ->
                new InputException(
                    "no architecture of transformers is built as this model, expected one of %s"
                        .formatted(String.join(", ", Architectures.names()))));
  }

  /**
   * Writes {@code config.json} and {@code model.safetensors}, in float32.
   *
   * @param folder made if it is not there; must not hold a model yet
   * @param more keys for {@code config.json}, such as {@code eos_token_id}
   * @throws InputException if none of the architectures that are known can say its configuration
   */
  public static void write(DecoderModel model, Path folder, Map<String, ?> more)
      throws IOException {
    Architectures.Written written = written(model.config());
    for (String name : List.of("config.json", "model.safetensors")) {
      if (Files.exists(folder.resolve(name))) {
        throw new InputException(
            "%s: holds %s already, expected a new folder".formatted(folder, name));
      }
    }
    Files.createDirectories(folder);
    weights(model, written.architecture()).write(folder.resolve("model.safetensors"));
    Map<String, Object> json = new LinkedHashMap<>(written.json());
    json.put("dtype", "float32");
    json.put("torch_dtype", "float32");
    json.put("use_cache", true);
    // Defaults of transformers' classes may lie beyond the vocabulary.
    for (String id : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
      json.put(id, null);
    }
    json.putAll(more);
    Json.write(folder.resolve("config.json"), json);
  }

  private static SafetensorsWriter weights(DecoderModel model, Architecture architecture) {
    SafetensorsWriter writer = new SafetensorsWriter();
    // Transformers refuses files that do not say by whom they are meant to be read.
    writer.metadata("format", "pt");
    Joined.tensors(model, parameter -> place(parameter, model.config(), architecture))
        .forEach(writer::add);
    return writer;
  }

  private static Place place(String parameter, DecoderConfig config, Architecture architecture) {
    Place place = architecture.inHub(parameter, config);
    return parameter.equals(HEAD) ? place : place.within(architecture.prefix());
  }
}
