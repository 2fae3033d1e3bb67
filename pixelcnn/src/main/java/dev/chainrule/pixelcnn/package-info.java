/**
 * Autoregressive models of images: an image is a sequence of channel values in raster order, row by
 * row, pixel by pixel, and within a pixel channel by channel (R, G, B).
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn;
