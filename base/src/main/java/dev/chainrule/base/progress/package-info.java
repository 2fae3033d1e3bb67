/** Progress of long work, shown on standard error. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.progress;
