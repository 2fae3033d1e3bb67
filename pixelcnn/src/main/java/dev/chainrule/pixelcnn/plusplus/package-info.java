/** PixelCNN++: configuration, model, and decoder that computes each row and pixel once. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn.plusplus;
