/**
 * The decoder-only transformer without its ends: blocks and final norm, for sequences of tokens,
 * pixels or anything else, in parallel and one element at a time.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.nn.transformer;
