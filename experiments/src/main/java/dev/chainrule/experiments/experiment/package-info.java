/**
 * Experiments: files that say what is trained, measured and drawn, the runs that come of them, and
 * what their folders hold.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.experiment;
