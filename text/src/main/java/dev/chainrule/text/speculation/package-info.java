/**
 * Speculative decoding (Leviathan et al. 2023; Chen et al. 2023): a cheap draft guesses some
 * tokens, one step of the model computes the conditionals after each, and the loop that draws finds
 * them ready for as long as it draws what was guessed. What is drawn is what it would have been,
 * token for token.
 */
@NullMarked
package dev.chainrule.text.speculation;

import org.jspecify.annotations.NullMarked;
