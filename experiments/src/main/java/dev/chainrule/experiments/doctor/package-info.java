/** {@code chainrule doctor}: what this machine has, and what Chainrule makes of it. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.doctor;
