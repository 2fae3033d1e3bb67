package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.ContextOverflow;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Past;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.core.sampling.StopCondition;
import dev.chainrule.core.sampling.Warper;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.speculation.SpeculativeDecoder;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Continues tokens of a model.
 *
 * @param given what is continued, 1 token or more
 * @param end the token that ends a document and is no text, if there is one
 * @param cache format of keys and values; null for the model's usual one
 * @param speculation how tokens are guessed ahead, if they are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TextDrawing(
    int[] given,
    TextModel model,
    OptionalInt end,
    StopStrings stops,
    @Nullable CacheFormat cache,
    @Nullable Speculation speculation,
    Compute compute) {
  TextDrawing {
    if (given.length == 0) {
      throw new InputException("an empty prompt, expected at least one token to continue");
    }
  }

  List<TextSample> samples(int count, SamplingConfig sampling, GenerationConfig generation) {
    StopCondition atStrings = new StopAtStrings(stops, this::writer);
    Set<Integer> ends = ends();
    StopCondition wanted = generation.stop();
    GenerationConfig whole =
        generation
            .withOverflow(ContextOverflow.keepHalf())
            .withStop(
                (stream, element) ->
                    ends.contains((int) element[0])
                        || wanted.stops(stream, element)
                        || atStrings.stops(stream, element));
    try (Engine engine = compute.open()) {
      Speculation guesses = speculation;
      if (guesses == null) {
        try (Decoder decoder = decoder(engine, count)) {
          return samples(decoder, sampling, whole);
        }
      }
      try (SpeculativeDecoder decoder = speculative(guesses, engine, count, sampling, whole)) {
        List<TextSample> samples = samples(decoder, sampling, whole);
        guesses.report().accept(decoder.acceptance());
        return samples;
      }
    }
  }

  private List<TextSample> samples(
      Decoder decoder, SamplingConfig sampling, GenerationConfig whole) {
    Generator generator = new Generator(decoder, samplers(sampling), DType.INT32, 1);
    Generation drawn = generator.generate(Tensor.of(given, 1, given.length), whole);
    List<TextSample> samples = new ArrayList<>();
    for (Generation.Sequence sequence : drawn.sequences()) {
      samples.add(sample(sequence.elements().toInts(), sequence.logProbs()));
    }
    return samples;
  }

  private Decoder decoder(Engine engine, int streams) {
    return cache == null
        ? network().decoder(engine, streams)
        : CachedSequences.decoder(network(), engine, streams, cache);
  }

  private SpeculativeDecoder speculative(
      Speculation guesses,
      Engine engine,
      int count,
      SamplingConfig sampling,
      GenerationConfig whole) {
    CacheFormat format = cache == null ? CacheFormat.FLOAT32 : cache;
    return new SpeculativeDecoder(
        network().slots(engine, count, network().contextLength(), format),
        stream ->
            guesses
                .drafts()
                .open(model, engine, sampling, whole.random().apply(whole.firstStream() + stream)),
        guesses.bounds());
  }

  LanguageModel network() {
    return model.network();
  }

  Tokenizer tokenizer() {
    return model.tokenizer();
  }

  List<TextSample> beams(BeamSearch.Config search) {
    if (stops.longest() > 0) {
      throw new InputException("stop strings and beams, expected one of them");
    }
    Set<Integer> ends = ends();
    ends.addAll(search.ends());
    BeamSearch.Config whole =
        new BeamSearch.Config(
            search.beams(),
            search.maxNewElements(),
            search.lengthPenalty(),
            search.earlyStopping(),
            ends);
    try (Engine engine = compute.open();
        Decoder decoder = decoder(engine, search.beams())) {
      return BeamSearch.search(decoder, tokenizer().vocabSize(), given, whole).stream()
          .map(beam -> sample(beam.elements(), beam.logProbs()))
          .toList();
    }
  }

  /** What writes what follows; nothing but control tokens before it, it is a text's beginning. */
  StreamingDecoder writer() {
    return Arrays.stream(given).allMatch(tokenizer()::isControl)
        ? new StreamingDecoder(tokenizer())
        : StreamingDecoder.continuing(tokenizer());
  }

  /** All tokens that end texts, turns or documents. */
  Set<Integer> ends() {
    Set<Integer> ends = new HashSet<>(tokenizer().specials().stops());
    end.ifPresent(ends::add);
    return ends;
  }

  /** Streams share a sampler, unless each must remember what it drew. */
  private IntFunction<Sampler> samplers(SamplingConfig sampling) {
    List<Warper> warpers = sampling.warpers();
    int vocabSize = network().vocabSize();
    if (!sampling.penalties().needPast()) {
      Sampler shared = known(new CategoricalSampler(vocabSize, warpers));
      return stream -> shared;
    }
    return stream -> known(new CategoricalSampler(vocabSize, warpers, new Past(vocabSize, given)));
  }

  private Sampler known(Sampler sampler) {
    return new KnownTokens(sampler, tokenizer().vocabSize());
  }

  private TextSample sample(int[] ids, double[] logProbs) {
    int[] text = Arrays.stream(ids).filter(id -> id != end.orElse(-1)).toArray();
    return new TextSample(
        stops.before(writer().decode(text)),
        Arrays.stream(ids).boxed().toList(),
        Arrays.stream(logProbs).boxed().toList());
  }
}
