package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.text.adapter.LowRank;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.data.PackedTokens;
import dev.chainrule.text.data.TokenizedCorpus;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published model that has a template of conversations goes on with some. */
class ChatTuningTest {
  private static final String TEMPLATE =
      "{% for m in messages %}{{ m.role }}<|fim_middle|>{{ m.content }}<|endoftext|>{% endfor %}"
          + "{% if add_generation_prompt %}assistant<|fim_middle|>{% endif %}";
  private static final int MIDDLE = 0xFC;
  private static final int END = 0xFF;

  @TempDir Path folder;
  private Path published;
  private Path chats;

  @BeforeEach
  void publish() throws IOException {
    published = folder.resolve("published");
    DecoderModel network = new DecoderModel(Tiny.architectures(256, 64).get("llama"));
    network.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(network, published, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 64, published);
    Files.writeString(published.resolve("chat_template.jinja"), TEMPLATE);
    String chat =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi %d\"},"
            + " {\"role\": \"assistant\", \"content\": \"Yo\"}]}\n";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lines.append(chat.formatted(i));
    }
    chats = Files.writeString(folder.resolve("chats.jsonl"), lines);
  }

  @Test
  void conversationsAreWrittenAsTheTemplateHasThem() throws IOException {
    try (TextModel model = TextModel.open(published)) {
      PackedTokens packed =
          TokenizedCorpus.encode(
              Corpus.ofFile(chats, Documents.AUTO), model.tokenizer(), model.tokenFiles().chats());
      int[] begin = new int[22];
      for (int i = 0; i < begin.length; i++) {
        begin[i] = packed.tokens().get(i);
      }
      int[] user = model.tokenizer().encode("user");
      int[] assistant = model.tokenizer().encode("assistant");
      assertThat(begin).startsWith(user[0], user[1], user[2], user[3], MIDDLE, 'H', 'i');
      assertThat(begin).endsWith(assistant[8], MIDDLE, 'Y', 'o');
      // What is learnt is what the assistant says, and the token of its template that ends it.
      assertThat(packed.learntCount()).isEqualTo(40 * 3L);
    }
  }

  @Test
  void whatIsTunedKeepsTheTemplate() throws IOException {
    for (Optional<LowRank> adapters :
        List.of(Optional.<LowRank>empty(), Optional.of(LowRank.of(2)))) {
      Path run = folder.resolve("run" + adapters.isPresent());
      TextTraining training = TextTraining.nanoCpu().withSteps(2);
      TrainingRun<TokenBatch> tuning =
          new FineTuning(published, adapters).begin(chats.toString(), training, run);
      try (Engine engine = Engines.open("vector", 1)) {
        tuning.train(engine, List.of(), () -> false);
      }
      TextModel tuned = TextModel.open(run);
      assertThat(tuned.chatTemplate().orElseThrow().render(List.of(ChatMessage.user("A")), true))
          .isEqualTo("user<|fim_middle|>A<|endoftext|>assistant<|fim_middle|>");
      // What is drawn is drawn from the weights that were learnt, not from those of the file.
      assertThat(tuned.network()).isInstanceOf(DecoderModel.class);
      assertThat(tuned.evaluate(chats.toString()).elements() % 3).isZero();
      TrainingRun<TokenBatch> more = TextRun.resume(run, null, null, recipe -> recipe.withSteps(3));
      try (Engine engine = Engines.open("vector", 1)) {
        more.train(engine, List.of(), () -> false);
      }
      assertThat(run.resolve("chat_template.jinja")).hasContent(TEMPLATE);
      if (adapters.isPresent()) {
        Path merged = folder.resolve("merged");
        Adapters.merge(run, merged);
        assertThat(merged.resolve("chat_template.jinja")).hasContent(TEMPLATE);
      }
    }
  }
}
