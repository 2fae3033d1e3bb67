package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.decoder.Tiny;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A model with random weights, which of itself writes nothing of any form. */
class StructuredSamplesTest {
  private static final Format PERSON =
      Format.jsonSchema(
          """
          {"type": "object", "required": ["name", "age"], "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 8},
            "age": {"type": "integer", "minimum": 0, "maximum": 120},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 3}}}\
          """);

  @TempDir Path folder;
  private TextModel model;

  @BeforeEach
  void open() throws IOException {
    DecoderModel network = new DecoderModel(Tiny.architectures(512, 16).get("llama"));
    network.parameters().allocate(DType.FLOAT32, 5);
    HubExport.write(network, folder, Map.of());
    TokenizerExport.write(new ByteTokenizer(), 16, folder);
    model = TextModel.open(folder);
  }

  private static GenerationConfig tokens(int most) {
    return GenerationConfig.of(most, 3);
  }

  @Test
  void samplesAreOfTheFormatAndEndWhereTheyAreComplete() {
    List<TextSample> samples =
        model.withFormat(PERSON).samples("x", 6, SamplingConfig.of(3), tokens(150));
    for (TextSample sample : samples) {
      assertThat(sample.finish()).isEqualTo(Finish.STOP);
      JsonNode person = Json.parse(sample.text(), "sample", JsonNode.class);
      assertThat(person.path("name").stringValue()).isNotEmpty();
      assertThat(person.path("age").intValue()).isBetween(0, 120);
    }
    assertThat(samples).extracting(TextSample::text).doesNotHaveDuplicates();
  }

  @Test
  void probabilitiesStayThoseOfTheModel() {
    TextSample sample =
        model
            .withFormat(Format.regex("[ab]{6}"))
            .samples("x", 1, SamplingConfig.of(3), tokens(9))
            .getFirst();
    int[] all =
        IntStream.concat(IntStream.of('x'), sample.ids().stream().mapToInt(id -> id)).toArray();
    double score = Arrays.stream(model.scored(all, 1).logProbs()).sum();
    assertThat(sample.text()).matches("[ab]{6}");
    assertThat(sample.logProb()).isCloseTo(score, within(1e-4));
  }

  @Test
  void samplesThatAreNotCompleteSayWhy() {
    TextModel constrained = model.withFormat(PERSON);
    assertThat(constrained.samples("x", 1, SamplingConfig.greedy(), tokens(5)).getFirst())
        .satisfies(
            sample -> {
              assertThat(sample.finish()).isEqualTo(Finish.LENGTH);
              assertThat(sample.text()).isEqualTo("{\"nam");
            });
    TextSample stopped =
        constrained
            .withStops(new StopStrings(List.of("name")))
            .samples("x", 1, SamplingConfig.of(1), tokens(50))
            .getFirst();
    assertThat(stopped.finish()).isEqualTo(Finish.STOP_STRING);
    assertThat(stopped.text()).isEqualTo("{\"");
    assertThat(
            model
                .samples("x", 1, SamplingConfig.of(1), tokens(9).withCancelled(() -> true))
                .getFirst()
                .finish())
        .isEqualTo(Finish.CANCELLED);
  }

  @Test
  void aStreamIsTheSameText() {
    StringBuilder told = new StringBuilder();
    TextModel constrained = model.withFormat(PERSON);
    TextSample sample = constrained.stream("x", 150, SamplingConfig.of(4), told::append);
    assertThat(told.toString()).isEqualTo(sample.text());
    assertThat(sample).isEqualTo(constrained.samples("x", 150, 1, SamplingConfig.of(4)).getFirst());
  }

  @Test
  void beamsTakeNoFormat() {
    BeamSearch.Config search = BeamSearch.Config.of(2, 5, 1, false, Set.of());
    assertThatThrownBy(() -> model.withFormat(PERSON).beams(new int[] {65}, search))
        .isInstanceOf(InputException.class)
        .hasMessage("a structure and beams, expected one of them");
  }

  @Test
  void theEmptyTextIsAnEnd() {
    TextModel empty = model.withFormat(Format.regex("()"));
    TextSample sample = empty.samples("x", 1, SamplingConfig.of(1), tokens(5)).getFirst();
    assertThat(sample.text()).isEmpty();
    assertThat(sample.ids()).hasSize(1);
    assertThat(sample.finish()).isEqualTo(Finish.STOP);
  }
}
