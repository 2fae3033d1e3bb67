/**
 * Jinja templates as models carry them for chats, run in a closed world: a template sees texts,
 * numbers, lists and maps, and nothing of Java, and each of its steps and characters is counted.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.text.template;
