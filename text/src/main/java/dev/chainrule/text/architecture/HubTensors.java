package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import dev.chainrule.core.safetensors.SafetensorsFolder;
import dev.chainrule.core.safetensors.StoredTensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a Hugging Face folder. Their names begin with a prefix that depends on the class
 * that saved them; names here are without it.
 */
final class HubTensors implements ForeignTensors {
  /** The longest first. */
  private static final List<String> PREFIXES =
      List.of(
          "model.language_model.",
          "language_model.model.",
          "language_model.",
          "transformer.",
          "model.");

  private final SafetensorsFolder file;
  private final Map<String, StoredTensor> tensors = new TreeMap<>();

  HubTensors(SafetensorsFolder file) {
    this.file = file;
    for (StoredTensor tensor : file.tensors()) {
      StoredTensor other = tensors.putIfAbsent(shortened(tensor.name()), tensor);
      if (other != null) {
        throw new InputException(
            "%s: has the tensors %s and %s, expected one of them"
                .formatted(origin(), other.name(), tensor.name()));
      }
    }
  }

  private static String shortened(String name) {
    for (String prefix : PREFIXES) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return name;
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException("%s: has no tensor %s".formatted(origin(), name));
    }
    return tensor;
  }

  @Override
  public String origin() {
    return file.path().toString();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return tensor(name).shape();
  }

  @Override
  public float[] toFloats(String name) {
    return tensor(name).toFloats();
  }

  @Override
  public void copyTo(String name, Tensor target) {
    tensor(name).copyTo(target);
  }

  @Override
  public Optional<BlockMatrix> blocks(String name) {
    StoredTensor tensor = tensor(name);
    BlockFormat format =
        switch (tensor.type()) {
          case F32 -> BlockFormat.F32;
          case F16 -> BlockFormat.F16;
          case BF16 -> BlockFormat.BF16;
          case F64, BOOL, U8, I8, I16, I32, I64 -> null;
        };
    long[] shape = tensor.shape();
    if (format == null || shape.length != 2) {
      return Optional.empty();
    }
    int rows = Math.toIntExact(shape[0]);
    return Optional.of(new BlockMatrix(format, rows, Math.toIntExact(shape[1]), tensor.data()));
  }

  @Override
  public void close() {
    file.close();
  }
}
