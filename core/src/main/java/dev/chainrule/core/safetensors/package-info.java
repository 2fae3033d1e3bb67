/** Reading and writing of the safetensors file format, version 0.x of huggingface/safetensors. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.safetensors;
