package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are numbers, as a file's must be, but so large that sums of them are none. */
class DamagedWeightsTest {
  @Test
  void whateverComputesWithThemSaysSo(@TempDir Path folder) throws IOException {
    DecoderModel network = new DecoderModel(Tiny.architectures(256, 16).get("llama"));
    network.parameters().allocate(DType.FLOAT32, 5);
    for (Parameter parameter : network.parameters().all()) {
      if (parameter.name().endsWith("mlp_norm.weight") || parameter.name().contains(".down.")) {
        Tensor value = network.parameters().value(parameter);
        for (long i = 0; i < value.size(); i++) {
          value.set(i, 1e30);
        }
      }
    }
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 16, folder);
    try (TextModel model = TextModel.open(folder)) {
      Corpus corpus = Corpus.of("a.txt", "To be, or not to be.");
      List<ThrowingCallable> uses =
          List.of(
              () -> model.sample("To", 3),
              () -> model.beams(new int[] {65}, BeamSearch.Config.of(2, 3, 1, false, Set.of())),
              () -> model.score("To be"),
              () -> model.likelihood().inWindows(corpus),
              () -> model.likelihood().documents(corpus, 1));
      for (ThrowingCallable use : uses) {
        assertThatThrownBy(use)
            .isInstanceOf(InputException.class)
            .hasMessageContaining("NaN")
            .hasMessageEndingWith("weights of the model are damaged or too large");
      }
    }
  }
}
