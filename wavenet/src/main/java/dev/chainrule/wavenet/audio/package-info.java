/** Audio signals and files: WAV, resampling, trimming, levels, spectra, synthesised notes. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.wavenet.audio;
