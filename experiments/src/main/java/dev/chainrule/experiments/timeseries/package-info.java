/** The {@code timeseries} commands. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.timeseries;
