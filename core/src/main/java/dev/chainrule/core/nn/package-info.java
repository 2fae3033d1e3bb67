/**
 * Layers: parameters and a forward pass, complete after their constructor. A layer declares its
 * parameters under a name that its owner gives, so that names in checkpoints show the structure.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.nn;
