/** One model trained by the executors of a cluster together. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.spark.train;
