/** Text corpora: a file, a folder of files or a known data set, as training and held-out tokens. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.data;
