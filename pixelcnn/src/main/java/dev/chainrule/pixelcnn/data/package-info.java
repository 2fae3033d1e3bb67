/** Sets of images: reading, quantising and binarising them, and batches of them. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn.data;
