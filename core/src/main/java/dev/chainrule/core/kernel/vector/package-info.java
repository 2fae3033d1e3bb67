/**
 * The default engine of the CPU: fused Vector API loops over off-heap memory, and matrix products
 * from {@link dev.chainrule.core.kernel.blas}. An instance runs on one thread; parallelism is one
 * instance a worker.
 *
 * <p>Each kernel checks nothing: addresses and sizes come from tensors whose shapes the tape has
 * checked. Two habits keep vectors in registers, where a vector that the compiler must box costs a
 * hundred bytes and a hundred cycles: a function such as {@code exp} stands in a method once, in a
 * loop whose vectors are all masked ({@code tail}), because two copies of it exceed what the
 * compiler inlines; and nothing in the loop depends on a condition: what is to be added to or not
 * is loaded under a mask that may be empty.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.vector;
