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
 *   <li>What is called is a method of a vector that was just loaded or made, and a sum is its
 *       argument: {@code loaded.add(sum)}, {@code loaded.max(largest)}, {@code v.fma(f, sum)}. Of a
 *       variable that goes round a loop the compiler knows no class when it reads the loop, and
 *       where the profile does not tell it calls the abstract method, with objects. (The rounding
 *       of inputs to bytes took a quarter of a prompt's time by one {@code most.max(loaded)}.)
 *   <li>No vector depends on a condition. What is to be added or not is loaded from where it lies
 *       or from a vector of zeros ({@code Lanes.ZEROS}).
 *   <li>A function such as {@code exp} stands in a method once or twice, in one loop whose vectors
 *       are all masked ({@code LANE.compare}), not in a loop and again for the rest.
 *   <li>After such a function the Vector API is called directly, also for loads and stores.
 *   <li>A query, row or channel that needs its own maximum or sum is a lane wherever memory can be
 *       laid out so ({@code AttentionScores}).
 * </ul>
 *
 * <h2>Speed must not depend on what ran before</h2>
 *
 * <p>The compiler inlines the Vector API always, because the JDK marks it so ({@code @ForceInline},
 * which only the JDK may use). It inlines a method of ours, however short, only if it judges that
 * to be worth it, and it judges by what it knows at that moment:
 *
 * <ul>
 *   <li><em>By the caller's profile, which may be missing.</em> A hot method that calls through an
 *       abstract one, or branches, and has only ever gone one way, is compiled for that way. When
 *       it goes another, the code is thrown away and, its counters being high, compiled again at
 *       once, with the new callee inlined that has run a hundred times in the interpreter and
 *       counted nothing: everything in it has "low call site frequency", no method of ours in it is
 *       inlined, and since no assumption of that code ever fails it stays so for the life of the
 *       JVM. WaveNet's bfloat16 weights were widened six times slower after float32 had run.
 *   <li><em>By the nodes that it has made so far</em>, 18,000 at most ({@code
 *       NodeCountInliningCutoff}), of the whole compiled method and what is inlined in it. An
 *       operation of the Vector API makes 300 to 600. Branches never taken make none, so that other
 *       work in the same JVM, by taking them, moves the place where inlining ends.
 *   <li><em>By the size of code that exists already</em>: 2,500 bytes for a hot call, 625 for
 *       others.
 * </ul>
 *
 * <p>A vector that is passed to a method that was not inlined, or returned by it, is an object. So:
 *
 * <ul>
 *   <li><b>Vectors and masks pass between no methods but those of the Vector API.</b> A load is
 *       {@code fromMemorySegment(FLOATS, ALL, address, ORDER)}, a mask {@code LANE.compare(LT, n)};
 *       sums leave a loop through memory ({@code Lanes.sumAt}). A method that keeps this rule may
 *       be inlined anywhere, at any time. Products of steps keep it without exception.
 *   <li>Functions that are too long to write out ({@code exp}, {@code tanh}) remain methods of
 *       vectors. A kernel calls them once in one loop, and calls nothing else with vectors.
 *   <li>Weights that have several formats are told apart once a row or tile, by a call that may
 *       stay a call: never once a vector.
 * </ul>
 *
 * <p>A test reads the compiled classes and names every method that passes vectors on. A kernel that
 * is in order allocates nothing, so that allocation is the quickest sign that one is not: {@code
 * ThreadMXBean.getThreadAllocatedBytes}, and which one by {@code -XX:+LogCompilation}, the {@code
 * inline_fail} lines.
 *
 * <p>Results must not depend on how warm the program is: sums over lanes are those of {@link
 * dev.chainrule.core.kernel.vector.Lanes#sumAt}, never {@code reduceLanes(ADD)}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.vector;
