/** Experiments on a cluster: every run a task, on a file system that all machines share. */
@NullMarked
package dev.chainrule.spark.sweep;

import org.jspecify.annotations.NullMarked;
