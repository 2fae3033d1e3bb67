package dev.chainrule.text.architecture;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.gguf.GgufTensor;
import dev.chainrule.core.quant.BlockMatrix;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors of a GGUF file. */
record GgufTensors(GgufFile file) implements ForeignTensors {
  @Override
  public String origin() {
    return file.path().toString();
  }

  @Override
  public Set<String> names() {
    return file.tensors().stream().map(GgufTensor::name).collect(Collectors.toSet());
  }

  @Override
  public boolean has(String name) {
    return file.has(name);
  }

  @Override
  public long[] shape(String name) {
    return file.tensor(name).shape();
  }

  @Override
  public float[] toFloats(String name) {
    return file.tensor(name).toFloats();
  }

  @Override
  public void copyTo(String name, Tensor target) {
    file.tensor(name).copyTo(target);
  }

  @Override
  public Optional<BlockMatrix> blocks(String name) {
    return Optional.of(file.tensor(name).matrix());
  }

  @Override
  public void close() {
    file.close();
  }
}
