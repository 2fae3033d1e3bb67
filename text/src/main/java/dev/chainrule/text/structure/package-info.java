/**
 * Languages that a text may be told to be in (regular expressions, JSON schemas, grammars) as
 * automata over bytes, and which tokens of a vocabulary may come next in one.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.structure;
