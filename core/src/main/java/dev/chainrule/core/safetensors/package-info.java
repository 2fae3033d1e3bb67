/**
 * Reading and writing of the safetensors file format, version 0.x of huggingface/safetensors, and
 * of Hugging Face's folders of one or more such files.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.safetensors;
