/** Folders of audio as training data: clips with labels, held-out parts, batches. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.wavenet.data;
