/** How fast a cluster does what one machine does. */
@NullMarked
package dev.chainrule.spark.bench;

import org.jspecify.annotations.NullMarked;
