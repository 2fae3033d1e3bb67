/** PixelCNN with one stack of masked convolutions. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn.plain;
