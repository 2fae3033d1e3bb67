/** The one product that engines on the CPU take from a library: single-precision gemm. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.kernel.blas;
