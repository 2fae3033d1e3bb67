/**
 * Pictures: fan charts of forecasts, wave form and spectrogram of sound, the loss of a training
 * run.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.plot;
