/**
 * The default engine of the CPU: fused Vector API loops over off-heap memory, and matrix products
 * from {@link dev.chainrule.core.kernel.blas}. An instance runs on one thread; parallelism is one
 * instance a worker.
 *
 * <p>Each kernel checks nothing: addresses and sizes come from tensors whose shapes the tape has
 * checked. A vector that the compiler must box costs a hundred bytes and a hundred cycles, and one
 * in a loop decides the speed of a kernel. What keeps vectors in registers:
 *
 * <ul>
 *   <li>A sum begins with {@code FloatVector.zero(FLOATS)} or {@code broadcast(FLOATS, x)}, never
 *       with a constant field such as {@link dev.chainrule.core.kernel.vector.Lanes#ZERO}: a
 *       variable that is now the constant object and now a vector must be an object throughout. As
 *       operands constants are welcome, and cheaper for the compiler than numbers.
 *   <li>No vector depends on a condition. What is to be added or not is loaded from where it lies
 *       or from a vector of zeros ({@code Lanes.ZEROS}).
 *   <li>A function such as {@code exp} stands in a method once or twice, in one loop whose vectors
 *       are all masked ({@code tail}), not in a loop and again for the rest.
 *   <li>After such a function the Vector API is called directly, also for loads and stores: in a
 *       method that has grown large the compiler inlines nothing but the API itself, and a vector
 *       that is passed to a method or returned by it is boxed.
 *   <li>A query, row or channel that needs its own maximum or sum is a lane wherever memory can be
 *       laid out so ({@code AttentionScores}).
 * </ul>
 *
 * <p>Results must not depend on how warm the program is: sums over lanes are those of {@link
 * dev.chainrule.core.kernel.vector.Lanes#sum}, never {@code reduceLanes(ADD)}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.vector;
