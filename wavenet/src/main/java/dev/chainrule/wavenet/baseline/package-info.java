/** What a network of audio must beat. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.wavenet.baseline;
