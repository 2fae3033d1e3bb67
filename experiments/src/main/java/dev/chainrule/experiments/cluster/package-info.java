/** What commands hand to a cluster of machines, and what they need of it. */
@NullMarked
package dev.chainrule.experiments.cluster;

import org.jspecify.annotations.NullMarked;
