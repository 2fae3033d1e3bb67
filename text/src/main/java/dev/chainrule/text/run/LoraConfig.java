package dev.chainrule.text.run;

import dev.chainrule.text.adapter.LowRank;

/**
 * Low-rank adapters of a model that lies elsewhere.
 *
 * @param base the folder or file of that model
 * @param checksum of its weights, by which others in its place are noticed
 * @param lora the adapters' shape
 */
public record LoraConfig(String base, String checksum, LowRank lora) {}
