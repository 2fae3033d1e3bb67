package dev.chainrule.core.gguf;

/**
 * Where the value of a key lies in the file.
 *
 * @param type of the value, or of the elements of an array
 * @param count elements of an array; 1 of another value
 * @param begin of the number of the type, and all that follows it
 * @param data the first byte of the value or of the array's first element
 * @param end the first byte after it
 */
record GgufValue(GgufType type, boolean isArray, long count, long begin, long data, long end) {
  /** For messages: its type, and that of an array's elements. */
  String description() {
    return isArray ? "an array of %d of type %s".formatted(count, type) : "of type " + type;
  }
}
