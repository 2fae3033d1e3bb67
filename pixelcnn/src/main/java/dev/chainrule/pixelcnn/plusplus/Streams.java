package dev.chainrule.pixelcnn.plusplus;

/**
 * Maps of both streams at the same place of the network.
 *
 * @param u depends on the rows above
 * @param ul depends on the rows above and on the pixels to the left
 */
record Streams(Feature u, Feature ul) {}
