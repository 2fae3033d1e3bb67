/**
 * Models of images as a program uses them: train, open, evaluate and sample by {@link
 * dev.chainrule.pixelcnn.run.PixelModel}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn.run;
