package dev.chainrule.text.run;

import java.util.List;

/**
 * One continuation.
 *
 * @param text without the prompt
 * @param ids its tokens
 * @param logProb nats, of all of them, under the distribution they were drawn from
 */
public record TextSample(String text, List<Integer> ids, double logProb) {}
