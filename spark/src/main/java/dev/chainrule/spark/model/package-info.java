/** One trained model on all machines of a cluster, to sample from and to score with. */
@NullMarked
package dev.chainrule.spark.model;

import org.jspecify.annotations.NullMarked;
