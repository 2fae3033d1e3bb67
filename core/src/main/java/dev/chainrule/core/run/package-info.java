/**
 * One run of training, from data and a recipe to a folder that any program opens: kinds of models
 * described once, and what follows from that for all of them.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.run;
