package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import java.util.Set;

/**
 * A language that texts are to be in, folded with a vocabulary. Made once, it is for any number of
 * texts and threads; what it has found out for one it knows for all.
 */
public final class Structure {
  private final String origin;
  private final Vocabulary vocabulary;
  private final Automaton automaton;
  private final Masks masks;
  private final long networkBytes;
  private volatile long bytes;

  private Structure(String origin, Vocabulary vocabulary, Automaton automaton) {
    this.origin = origin;
    this.vocabulary = vocabulary;
    this.automaton = automaton;
    masks = new Masks(vocabulary, automaton);
    networkBytes = automaton.network().bytes();
    bytes = networkBytes;
  }

  /**
   * The texts of a format that can be written in a vocabulary.
   *
   * @throws InputException if the format cannot be read, has what is not supported, or there is no
   *     text in it
   */
  public static Structure of(Format format, Vocabulary vocabulary) {
    return of(grammar(format), vocabulary);
  }

  private static Grammar grammar(Format format) {
    return switch (format) {
      case Format.Regex regex ->
          Grammar.of(regex.origin(), RegexParser.parse(regex.pattern(), regex.origin()).whole());
      case Format.JsonSchema json -> SchemaReader.grammar(json.schema(), json.origin());
      case Format.Gbnf gbnf -> GbnfParser.parse(gbnf.rules(), gbnf.origin());
      case Format.Framed framed ->
          grammar(framed.format())
              .within(
                  inner ->
                      Expression.sequence(
                          Expression.literal(framed.before()),
                          inner,
                          Expression.literal(framed.after())));
      case Format.Repeated repeated ->
          grammar(repeated.format())
              .within(
                  inner ->
                      Expression.sequence(
                          inner,
                          Expression.any(
                              Expression.sequence(
                                  Expression.literal(repeated.separator()), inner))));
      case Format.FreeUntil free ->
          grammar(free.format()).within(inner -> FreeText.until(free.mark(), inner));
      case Format.FreeUnless free ->
          grammar(free.format()).within(inner -> FreeText.unless(free.begins(), inner));
    };
  }

  static Structure of(Grammar grammar, Vocabulary vocabulary) {
    Network network = NetworkBuilder.build(grammar, vocabulary.alphabet());
    Automaton automaton = new Automaton(grammar.origin(), network);
    if (automaton.start().isDead()) {
      boolean written =
          vocabulary.alphabet().equals(CodePoints.ALL)
              || new Automaton(grammar.origin(), NetworkBuilder.build(grammar, CodePoints.ALL))
                  .start()
                  .isDead();
      throw new InputException(
          written
              ? grammar.origin() + ": no text of finite length is in it, expected one or more"
              : grammar.origin()
                  + ": no text in it can be written in the characters that the model knows");
    }
    return new Structure(grammar.origin(), vocabulary, automaton);
  }

  /**
   * Begins a text.
   *
   * @param ends the tokens that end texts: they may come where the text is complete, and only there
   */
  public StructuredText begin(Set<Integer> ends) {
    return begin(ends, 0);
  }

  /**
   * Begins a text.
   *
   * @param ends the tokens that end texts: they may come where the text is complete, and only there
   * @param addedSpaces spaces at the beginning of what is drawn that are not part of the text, as
   *     {@link dev.chainrule.text.tokenizer.Tokenizer#addedSpaces} says of one before which there
   *     is nothing
   * @throws InputException if there is nothing to be drawn
   */
  public StructuredText begin(Set<Integer> ends, int addedSpaces) {
    if (!start().goesOn() && ends.isEmpty()) {
      throw new InputException(
          origin + ": only the empty text is in it, expected one that a model can write");
    }
    return new StructuredText(this, ends, addedSpaces);
  }

  /** What it was made from, for messages. */
  String origin() {
    return origin;
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  Position start() {
    return automaton.start();
  }

  /** About what it takes of memory by now, beside the vocabulary. */
  public long bytes() {
    return bytes;
  }

  /** Tokens that may come next at a position. */
  synchronized long[] mask(Position position, int addedSpaces, Allowance allowance) {
    automaton.begin(allowance.left());
    long[] mask = addedSpaces == 0 ? masks.at(position) : masks.atBeginning(position, addedSpaces);
    used(allowance);
    return mask;
  }

  /** After some bytes. */
  synchronized Position after(Position position, byte[] text, int from, Allowance allowance) {
    automaton.begin(allowance.left());
    Position at = position;
    for (int i = from; i < text.length; i++) {
      at = automaton.step(at, automaton.classOf(text[i] & 0xFF));
    }
    used(allowance);
    return at;
  }

  private void used(Allowance allowance) {
    allowance.use(automaton.work());
    bytes = networkBytes + automaton.bytes() + masks.bytes();
  }
}
