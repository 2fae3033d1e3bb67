/** Chainrule's own functions on the machines of an Apache Spark cluster. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.spark;
