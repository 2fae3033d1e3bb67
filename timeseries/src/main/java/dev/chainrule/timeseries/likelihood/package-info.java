/** The distributions that a network's outputs can stand for. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.likelihood;
