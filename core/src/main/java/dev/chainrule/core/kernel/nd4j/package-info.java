/**
 * The operations in plain ND4J calls on the tensors' ND4J views, float32 and float64: slower than
 * the Vector API by far, but on any platform and any backend that ND4J has. Results are computed in
 * arrays of their own, assigned to the outputs, and freed; so an output may be an input.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.nd4j;
