/** Training: parallel gradients, the loop, evaluation, checkpoints, listeners. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.train;
