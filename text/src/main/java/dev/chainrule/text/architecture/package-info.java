/**
 * Models that other programs have written: what their files say, as the configuration and the
 * weights of a {@link dev.chainrule.text.decoder.DecoderModel}, and back. Each architecture is a
 * file that says its differences.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.architecture;
