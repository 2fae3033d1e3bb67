/** What every model of tokens is. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.model;
