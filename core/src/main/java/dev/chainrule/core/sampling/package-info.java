/**
 * Generation, written once for every modality: a {@link dev.chainrule.core.sampling.Sampler} turns
 * a row of parameters into an element, a {@link dev.chainrule.core.sampling.Generator} runs it over
 * a {@link dev.chainrule.core.model.Decoder}. The loop knows nothing of what an element is; {@link
 * dev.chainrule.core.sampling.Warper warpers} (temperature, top-k, top-p, min-p) belong to the
 * {@link dev.chainrule.core.sampling.CategoricalSampler sampler of classes}.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.sampling;
