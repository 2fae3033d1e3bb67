/**
 * The definition of every operation: plain loops that sum in double, for float32 and float64
 * tensors. Slow, and kept so: the other engines are tested against it, and gradient checks run on
 * it in double.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.reference;
