package dev.chainrule.text.decoder;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.TransformerOps;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.nn.Linear;
import org.jspecify.annotations.Nullable;

/** A block: {@code x + attention(norm(x))}, then {@code x + mlp(norm(x))}. */
final class DecoderLayer {
  private static final double INIT_STD = 0.02;

  private final DecoderConfig config;
  final int number;
  final AttentionShape attention;
  final DecoderNorm attentionNorm;
  final Linear query;
  final Linear key;
  final Linear value;
  final @Nullable DecoderNorm queryNorm;
  final @Nullable DecoderNorm keyNorm;
  final Linear output;
  final @Nullable DecoderNorm postAttentionNorm;
  final DecoderNorm mlpNorm;
  final @Nullable Linear gate;
  final Linear up;
  final Linear down;
  final @Nullable DecoderNorm postMlpNorm;

  /** Declares {@code layers.N} and what belongs to it. */
  DecoderLayer(Parameters parameters, int number, DecoderConfig config) {
    this.config = config;
    this.number = number;
    attention = config.attention(number);
    String name = "layers." + number + ".";
    int width = config.width();
    int hidden = config.hidden();
    int heads = config.numHeads() * config.headDim();
    int kvHeads = config.numKvHeads() * config.headDim();
    DecoderConfig.Norm norm = config.norm();
    DecoderConfig.Biases biases = config.biases();
    DecoderConfig.Norm ofHeads = DecoderConfig.Norm.rms(norm.epsilon());
    Initializer normal = Initializer.normal(INIT_STD);
    // 2 L maps write into the residual stream; scaled so, its variance does not grow with L.
    Initializer residual = Initializer.normal(INIT_STD / Math.sqrt(2.0 * config.numLayers()));
    attentionNorm = new DecoderNorm(parameters, name + "attn_norm", width, norm);
    query = new Linear(parameters, name + "q", width, heads, biases.qkv(), normal);
    key = new Linear(parameters, name + "k", width, kvHeads, biases.qkv(), normal);
    value = new Linear(parameters, name + "v", width, kvHeads, biases.qkv(), normal);
    boolean qk = config.qkNorm();
    queryNorm = qk ? new DecoderNorm(parameters, name + "q_norm", config.headDim(), ofHeads) : null;
    keyNorm = qk ? new DecoderNorm(parameters, name + "k_norm", config.headDim(), ofHeads) : null;
    output = new Linear(parameters, name + "o", heads, width, biases.output(), residual);
    boolean post = config.postNorms();
    postAttentionNorm =
        post ? new DecoderNorm(parameters, name + "post_attn_norm", width, norm) : null;
    mlpNorm = new DecoderNorm(parameters, name + "mlp_norm", width, norm);
    boolean mlp = biases.mlp();
    gate =
        config.gatedMlp()
            ? new Linear(parameters, name + "gate", width, hidden, mlp, normal)
            : null;
    up = new Linear(parameters, name + "up", width, hidden, mlp, normal);
    down = new Linear(parameters, name + "down", hidden, width, mlp, residual);
    postMlpNorm = post ? new DecoderNorm(parameters, name + "post_mlp_norm", width, norm) : null;
  }

  /**
   * One block.
   *
   * @param x [B, T, C]
   * @param angles of the positions; null where they are not rotated
   */
  Variable forward(Tape tape, Variable x, RotaryTable.@Nullable Angles angles) {
    Variable h = attentionNorm.forward(tape, x);
    Variable q = rotate(tape, normalise(tape, queryNorm, query.forward(tape, h)), angles);
    Variable k = rotate(tape, normalise(tape, keyNorm, key.forward(tape, h)), angles);
    Variable v = value.forward(tape, h);
    Variable attended = TransformerOps.groupedAttention(tape, q, k, v, attention);
    x = add(tape, output, postAttentionNorm, attended, x);
    return add(tape, down, postMlpNorm, mlp(tape, mlpNorm.forward(tape, x)), x);
  }

  private Variable mlp(Tape tape, Variable h) {
    Variable u = up.forward(tape, h);
    return gate == null
        ? TransformerOps.gatedUnit(tape, u, null, config.activation())
        : TransformerOps.gatedUnit(tape, gate.forward(tape, h), u, config.activation());
  }

  private static Variable normalise(Tape tape, @Nullable DecoderNorm norm, Variable heads) {
    return norm == null ? heads : norm.forward(tape, heads);
  }

  private static Variable rotate(Tape tape, Variable heads, RotaryTable.@Nullable Angles angles) {
    return angles == null ? heads : TransformerOps.rotary(tape, heads, angles.cos(), angles.sin());
  }

  /** What a half gives, added to the residual stream. */
  private Variable add(
      Tape tape, Linear map, @Nullable DecoderNorm norm, Variable branch, Variable x) {
    if (norm == null && config.dropout() == 0) {
      return map.forward(tape, branch, x);
    }
    Variable given = normalise(tape, norm, map.forward(tape, branch));
    return Ops.add(tape, x, Ops.dropout(tape, given, config.dropout()));
  }
}
