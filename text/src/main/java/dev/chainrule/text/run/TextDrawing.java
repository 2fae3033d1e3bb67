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
import dev.chainrule.text.structure.StructuredText;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Continues tokens of a model.
 *
 * @param given what is continued, 1 token or more
 * @param end the token that ends a document and is no text, if there is one
 * @param manner how
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TextDrawing(
    int[] given, TextModel model, OptionalInt end, TextManner manner, Compute compute) {
  TextDrawing {
    if (given.length == 0) {
      throw new InputException("an empty prompt, expected at least one token to continue");
    }
  }

  List<TextSample> samples(int count, SamplingConfig sampling, GenerationConfig generation) {
    StopCondition atStrings = new StopAtStrings(bounds().stops(), this::writer);
    Set<Integer> ends = ends();
    List<StructuredText> structured = structured(count, ends);
    StopCondition wanted = generation.stop();
    GenerationConfig whole =
        generation
            .withOverflow(ContextOverflow.keepHalf())
            .withStop(
                (stream, element) ->
                    ends.contains((int) element[0])
                        || (!structured.isEmpty() && structured.get(stream).isOver())
                        || wanted.stops(stream, element)
                        || atStrings.stops(stream, element));
    try (Engine engine = compute.open()) {
      Speculation guesses = manner.speculation();
      if (guesses == null) {
        try (Decoder decoder = decoder(engine, count)) {
          return samples(decoder, samplers(sampling, structured), whole);
        }
      }
      try (Speculation.Streams drafts = guesses.drafts().of(model, engine, count);
          SpeculativeDecoder decoder =
              new SpeculativeDecoder(
                  model.slots(engine, count, network().contextLength()),
                  stream ->
                      drafts.open(
                          stream, sampling, whole.random().apply(whole.firstStream() + stream)),
                  guesses.bounds())) {
        List<TextSample> samples = samples(decoder, samplers(sampling, structured), whole);
        guesses.report().accept(decoder.acceptance());
        return samples;
      }
    }
  }

  private List<TextSample> samples(
      Decoder decoder, IntFunction<Sampler> plain, GenerationConfig whole) {
    List<TopTokens> tops = new ArrayList<>();
    for (int stream = 0; manner.top() > 0 && stream < decoder.streams(); stream++) {
      tops.add(new TopTokens(plain.apply(stream), tokenizer().vocabSize(), manner.top()));
    }
    IntFunction<Sampler> samplers = tops.isEmpty() ? plain : tops::get;
    Generator generator = new Generator(decoder, samplers, DType.INT32, 1);
    Generation drawn = generator.generate(Tensor.of(given, 1, given.length), whole);
    List<TextSample> samples = new ArrayList<>();
    for (Generation.Sequence sequence : drawn.sequences()) {
      Finish finish =
          sequence.stopped() ? Finish.STOP : drawn.cancelled() ? Finish.CANCELLED : Finish.LENGTH;
      int[] ids = sequence.elements().toInts();
      List<List<ScoredText.Candidate>> top =
          tops.isEmpty() ? List.of() : tops.get(samples.size()).first(ids.length);
      samples.add(sample(ids, sequence.logProbs(), finish, top));
    }
    return samples;
  }

  private Decoder decoder(Engine engine, int streams) {
    CacheFormat cache = manner.cache();
    return cache == null
        ? network().decoder(engine, streams)
        : CachedSequences.decoder(network(), engine, streams, cache);
  }

  TextBounds bounds() {
    return manner.bounds();
  }

  LanguageModel network() {
    return model.network();
  }

  Tokenizer tokenizer() {
    return model.tokenizer();
  }

  List<TextSample> beams(BeamSearch.Config search) {
    if (bounds().structure() != null) {
      throw new InputException("a structure and beams, expected one of them");
    }
    Set<Integer> ends = ends();
    ends.addAll(search.ends());
    BeamSearch.Config whole = search.withEnds(ends).withForced(bounds().forced());
    StopStrings stops = bounds().stops();
    Predicate<int[]> stopped = ids -> stops.longest() > 0 && stops.in(writer().decode(ids)) >= 0;
    try (Engine engine = compute.open();
        Decoder decoder = decoder(engine, search.beams())) {
      return BeamSearch.search(decoder, tokenizer().vocabSize(), given, whole, stopped).stream()
          .map(beam -> sample(beam.elements(), beam.logProbs(), finish(beam, ends), List.of()))
          .toList();
    }
  }

  private static Finish finish(BeamSearch.Beam beam, Set<Integer> ends) {
    return ends.contains(beam.elements()[beam.elements().length - 1]) ? Finish.STOP : Finish.LENGTH;
  }

  /** One for each stream; none without a structure. */
  List<StructuredText> structured(int count, Set<Integer> ends) {
    List<StructuredText> structured = new ArrayList<>();
    if (bounds().structure() != null) {
      int spaces = begins() ? tokenizer().addedSpaces() : 0;
      for (int stream = 0; stream < count; stream++) {
        structured.add(bounds().structure().begin(ends, spaces));
      }
    }
    return structured;
  }

  /** Whether what follows begins a text: there is nothing but control tokens before it. */
  private boolean begins() {
    return Arrays.stream(given).allMatch(tokenizer()::isControl);
  }

  /** What writes what follows. */
  StreamingDecoder writer() {
    return begins() ? new StreamingDecoder(tokenizer()) : StreamingDecoder.continuing(tokenizer());
  }

  /** All tokens that end texts, turns or documents. */
  Set<Integer> ends() {
    Set<Integer> ends = new HashSet<>(tokenizer().specials().stops());
    end.ifPresent(ends::add);
    return ends;
  }

  /** Streams share a sampler, unless each must remember what it drew. */
  private IntFunction<Sampler> samplers(SamplingConfig sampling, List<StructuredText> structured) {
    List<Warper> warpers = sampling.warpers();
    int vocabSize = network().vocabSize();
    boolean past = sampling.penalties().needPast();
    if (!past && structured.isEmpty() && bounds().forced().isEmpty()) {
      Sampler shared = known(new CategoricalSampler(vocabSize, warpers));
      return stream -> shared;
    }
    return stream ->
        known(
            new CategoricalSampler(
                vocabSize,
                warpers,
                past ? new Past(vocabSize, given) : null,
                ForcedTokens.of(
                    bounds().forced(),
                    structured.isEmpty() ? null : structured.get(stream),
                    vocabSize)));
  }

  private Sampler known(Sampler sampler) {
    return new KnownTokens(sampler, tokenizer().vocabSize());
  }

  private TextSample sample(
      int[] ids, double[] logProbs, Finish finish, List<List<ScoredText.Candidate>> top) {
    int[] text = Arrays.stream(ids).filter(id -> id != end.orElse(-1)).toArray();
    String written = writer().decode(text);
    return new TextSample(
        bounds().stops().before(written),
        Arrays.stream(ids).boxed().toList(),
        Arrays.stream(logProbs).boxed().toList(),
        bounds().stops().in(written) >= 0 ? Finish.STOP_STRING : finish,
        top);
  }
}
