/**
 * Dense arrays in off-heap memory, and the only place that names ND4J's factories: a {@link
 * dev.chainrule.core.array.Tensor} and an {@code INDArray} are two views of the same memory.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.array;
