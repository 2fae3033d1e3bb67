package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of the network.
 *
 * @param tape of the evaluation
 * @param labels class of each image [B]; null without classes
 * @param initialises whether each convolution sets its gains and biases by what it sees
 */
record Pass(Tape tape, @Nullable Tensor labels, boolean initialises) {}
