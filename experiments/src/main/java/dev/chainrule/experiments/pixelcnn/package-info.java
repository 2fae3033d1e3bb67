/** The commands of {@code chainrule pixelcnn}. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.pixelcnn;
