/** The files of llama2.c (karpathy/llama2.c, export.py): small LLaMA models. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.llama2c;
