package dev.chainrule.text.run;

/**
 * How probable a text is.
 *
 * @param origin which text
 * @param tokens that were predicted and count
 * @param nll nats a token
 * @param bytes of UTF-8 that they stand for; an end of text stands for none
 */
public record TextScore(String origin, long tokens, double nll, long bytes) {
  /** Nats of all tokens together. */
  public double nats() {
    return nll * tokens;
  }

  /** Bits a token. */
  public double bitsPerToken() {
    return nll / Math.log(2);
  }

  /** e to the nats a token. */
  public double perplexity() {
    return Math.exp(nll);
  }

  /** Bits a byte of text: what models of different vocabularies are compared by. */
  public double bitsPerByte() {
    return nats() / Math.log(2) / bytes;
  }
}
