/** WaveNet: configuration, model, and a decoder that is faster than real time on one core. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.wavenet;
