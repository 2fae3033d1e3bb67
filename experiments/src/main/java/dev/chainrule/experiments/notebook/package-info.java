/** {@code chainrule notebook}: notebooks of Jupyter in Java. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.notebook;
