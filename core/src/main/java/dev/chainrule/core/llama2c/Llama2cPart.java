package dev.chainrule.core.llama2c;

/**
 * What a file holds, in the order of version 0. A matrix is [outputs, inputs]; of queries and keys,
 * rotation turns rows 2 i and 2 i + 1 of each head together.
 */
public enum Llama2cPart {
  /** [tokens, width]. */
  EMBEDDING(false),
  /** Scales of the norm before attention, [1, width]. */
  ATTENTION_NORM(true),
  /** Queries, [width, width]. */
  QUERY(true),
  /** Keys, [width of keys, width]. */
  KEY(true),
  /** Values, [width of values, width]. */
  VALUE(true),
  /** Of attention, [width, width]. */
  OUTPUT(true),
  /** Scales of the norm before the gated network, [1, width]. */
  MLP_NORM(true),
  /** w1, [hidden, width]. */
  GATE(true),
  /** w2, [width, hidden]. */
  DOWN(true),
  /** w3, [hidden, width]. */
  UP(true),
  /** Scales of the last norm, [1, width]. */
  NORM(false),
  /** Logits, [tokens, width]. */
  CLASSIFIER(false);

  private final boolean ofLayers;

  Llama2cPart(boolean ofLayers) {
    this.ofLayers = ofLayers;
  }

  /** Whether each layer has one. */
  public boolean ofLayers() {
    return ofLayers;
  }

  int rows(Llama2cShape shape) {
    return switch (this) {
      case EMBEDDING, CLASSIFIER -> shape.vocabSize();
      case ATTENTION_NORM, MLP_NORM, NORM -> 1;
      case QUERY, OUTPUT, DOWN -> shape.width();
      case KEY, VALUE -> shape.kvWidth();
      case GATE, UP -> shape.hidden();
    };
  }

  int columns(Llama2cShape shape) {
    return this == DOWN ? shape.hidden() : shape.width();
  }
}
