/** The {@code chainrule} command line: {@code ./chainrule MODULE VERB}, one package a module. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments;
