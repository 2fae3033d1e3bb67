/** A fixed team of threads that computes one task in equal parts. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.parallel;
