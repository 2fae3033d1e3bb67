/**
 * Speed: {@link dev.chainrule.experiments.bench.Ceilings} measures what this machine can do, and
 * each {@link dev.chainrule.experiments.bench.Benchmark} is stated as a share of it.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.bench;
