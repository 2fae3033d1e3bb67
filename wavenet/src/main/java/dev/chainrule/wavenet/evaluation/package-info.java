/** What samples are worth: whether a recogniser of real clips knows them, how loud they are. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.wavenet.evaluation;
