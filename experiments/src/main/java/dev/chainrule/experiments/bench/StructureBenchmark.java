package dev.chainrule.experiments.bench;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Structure;
import dev.chainrule.text.structure.StructuredText;
import dev.chainrule.text.structure.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token of JSON of a schema, in a vocabulary of {@value #VOCAB}: its mask alone, or drawn with it
 * or without.
 *
 * @param what is measured
 */
record StructureBenchmark(What what) implements Benchmark {
  private static final int VOCAB = 262_144;

  private static final Format SCHEMA =
      Format.jsonSchema(
          """
          {"type": "object", "properties": {
            "name": {"type": "string", "maxLength": 40},
            "age": {"type": "integer", "minimum": 0, "maximum": 150},
            "mail": {"type": "string", "format": "email"}, "about": {"type": "string"},
            "tags": {"type": "array", "items": {"enum": ["new", "old", "lost"]}, "maxItems": 5},
            "children": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2}},
           "required": ["name", "age"]}\
          """);

  enum What {
    /** Masks of a structure that has seen many texts. */
    MASK,
    /** Masks of one that is made for each text, which counts. */
    FRESH,
    /** Draws with masks. */
    DRAW,
    /** Draws without. */
    FREE
  }

  static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    for (What what : What.values()) {
      all.add(new StructureBenchmark(what));
    }
    return all;
  }

  @Override
  public String name() {
    return switch (what) {
      case MASK -> "text.structure.mask.V262144";
      case FRESH -> "text.structure.mask.V262144.fresh";
      case DRAW -> "text.structure.draw.V262144";
      case FREE -> "text.structure.draw.V262144.free";
    };
  }

  @Override
  public Work prepare(Setup setup) {
    CounterRandom random = CounterRandom.of(setup.seed());
    float[] logits = new float[VOCAB];
    for (int id = 0; id < VOCAB; id++) {
      // Bytes are likely, so that texts come to an end.
      logits[id] = (float) random.nextGaussian() + (id < RandomWords.BYTES ? 7 : 0);
    }
    Vocabulary vocabulary = Vocabulary.of(new RandomWords(VOCAB, setup.seed()));
    Structure structure = Structure.of(SCHEMA, vocabulary);
    return new Tokens(what, vocabulary, structure, logits, Tokens.texts(structure, logits, random));
  }

  /**
   * The work.
   *
   * @param texts tokens of texts of the schema
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tokens(
      What what,
      Vocabulary vocabulary,
      Structure structure,
      float[] logits,
      List<List<Integer>> texts)
      implements Work {
    private static final int TEXTS = 100;
    private static final int LONGEST = 120;

    static List<List<Integer>> texts(Structure structure, float[] logits, CounterRandom random) {
      List<List<Integer>> texts = new ArrayList<>();
      double[] element = new double[1];
      for (int i = 0; i < TEXTS; i++) {
        StructuredText text = structure.begin(Set.of());
        CategoricalSampler sampler = new CategoricalSampler(VOCAB, List.of(), null, text);
        List<Integer> ids = new ArrayList<>();
        while (ids.size() < LONGEST && !text.isOver()) {
          sampler.sample(logits, random, element);
          ids.add((int) element[0]);
        }
        texts.add(ids);
      }
      return texts;
    }

    @Override
    public void repeat(Laps laps) {
      CounterRandom random = CounterRandom.of(0);
      for (int i = 0; !laps.done(); i = (i + 1) % TEXTS) {
        switch (what) {
          case MASK -> masks(structure, texts.get(i), laps);
          case FRESH -> masks(Structure.of(SCHEMA, vocabulary), texts.get(i), laps);
          case DRAW -> draw(structure.begin(Set.of()), random, laps);
          case FREE -> draw(null, random, laps);
        }
      }
    }

    private static void masks(Structure structure, List<Integer> ids, Laps laps) {
      StructuredText text = structure.begin(Set.of());
      for (int id : ids) {
        text.allowed();
        text.accept(id);
        laps.lap();
      }
    }

    private void draw(@Nullable StructuredText text, CounterRandom random, Laps laps) {
      CategoricalSampler sampler = new CategoricalSampler(VOCAB, List.of(), null, text);
      double[] element = new double[1];
      for (int i = 0; i < LONGEST && (text == null || !text.isOver()); i++) {
        sampler.sample(logits, random, element);
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      return new Cost(0, 0, 1);
    }
  }
}
