/**
 * Models of audio as a program uses them: train, open, evaluate and sample by {@link
 * dev.chainrule.wavenet.run.AudioModel}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.wavenet.run;
