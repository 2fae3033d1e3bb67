/** PixelRNN: Row LSTM and Diagonal BiLSTM, and a decoder that computes each pixel once. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.pixelcnn.rnn;
