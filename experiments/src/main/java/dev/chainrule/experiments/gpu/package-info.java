/** Programs that check and time the cuda engine on a GPU. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.gpu;
