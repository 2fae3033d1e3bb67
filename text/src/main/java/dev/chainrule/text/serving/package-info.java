/**
 * Many texts at once from one model: requests join and leave at any token, and what was read stays
 * to be used again ({@link dev.chainrule.text.serving.TextService}).
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.serving;
