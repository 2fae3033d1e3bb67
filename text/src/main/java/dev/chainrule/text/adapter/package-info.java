/** Low-rank adapters: a language model learns by a few numbers beside its frozen weights. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.adapter;
