/** Files that TensorBoard reads: curves, text, pictures, sound and histograms by step. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.tensorboard;
