/**
 * Where and how things are computed: the one object that training, evaluation and decoding take.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.engine;
