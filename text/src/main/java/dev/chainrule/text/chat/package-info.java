/** Conversations as a model was trained to read them. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.chat;
