/**
 * The default engine of the CPU: fused Vector API loops over off-heap memory, and matrix products
 * from {@link dev.chainrule.core.kernel.blas}. An instance runs on one thread; parallelism is one
 * instance a worker.
 *
 * <p>Each kernel checks nothing: addresses and sizes come from tensors whose shapes the tape has
 * checked. Loops run over whole vectors and finish with one masked vector.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.vector;
