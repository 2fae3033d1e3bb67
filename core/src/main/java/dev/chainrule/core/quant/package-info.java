/**
 * GGML's formats of numbers in blocks: what each stores, and how numbers are rounded to it. Written
 * as plain loops over single blocks, this is the definition that faster code is held against.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.quant;
