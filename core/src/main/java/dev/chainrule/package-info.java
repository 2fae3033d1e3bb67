/** The front door for programs. */
@org.jspecify.annotations.NullMarked
package dev.chainrule;
