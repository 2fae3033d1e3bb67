/**
 * GGUF, llama.cpp's files of models: read as they lie on the disk, versions 2 and 3, and written.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.gguf;
