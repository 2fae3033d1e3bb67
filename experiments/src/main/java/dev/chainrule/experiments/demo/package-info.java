/**
 * {@code chainrule demo}: the main job of each modality, by the commands that a user would type.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.demo;
