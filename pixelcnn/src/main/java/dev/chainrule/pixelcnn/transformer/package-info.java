/** A transformer over pixels: configuration, model, and decoder with a cache of keys and values. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn.transformer;
