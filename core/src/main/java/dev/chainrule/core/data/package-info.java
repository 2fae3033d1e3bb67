/**
 * Where data come from: named sets found on this machine or downloaded once and checked, token
 * files mapped into memory, and the batches cut from them.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.data;
