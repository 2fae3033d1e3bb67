package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The blocks that {@link DecoderStep} has on the CPU engines. */
final class DeviceBlocks implements DeviceNetwork {
  private final DecoderShape shape;
  private final Map<String, Tensor> weights;
  private final Engine engine;
  private final Kernels kernels;
  private final List<Block> blocks = new ArrayList<>();
  private final List<KeyValues> caches = new ArrayList<>();
  private final IdentityHashMap<DecoderShape.Rotation, Angles> angles = new IdentityHashMap<>();
  private final DeviceMap head;
  private final int rows;

  /** [rows]. */
  private final Tensor mean;

  private final Tensor root;

  /** [rows, width]. */
  private final Tensor stream;

  private final Tensor normed;
  private final Tensor branch;
  private final Tensor hidden;
  private final Tensor gates;
  private final Tensor units;

  /** One block's maps, and the arrays whose width is its own. */
  private record Block(
      String name,
      DecoderShape.Layer layer,
      DeviceMap query,
      DeviceMap key,
      DeviceMap value,
      DeviceMap output,
      @Nullable DeviceMap gate,
      DeviceMap up,
      DeviceMap down,
      Tensor queries,
      Tensor queriesNormed,
      Tensor keys,
      Tensor keysNormed,
      Tensor values,
      Tensor attended,
      Tensor roots) {}

  /** Cosines and sines of all positions [T, HS/2], and those of a step's rows. */
  private record Angles(Tensor cos, Tensor sin, Tensor rowCos, Tensor rowSin) {}

  DeviceBlocks(
      DecoderShape shape, Map<String, Tensor> weights, int streams, int rows, Engine engine) {
    this.shape = shape;
    this.weights = weights;
    this.engine = engine;
    this.rows = rows;
    kernels = engine.kernels(0);
    for (int i = 0; i < shape.layers().size(); i++) {
      DecoderShape.Layer layer = shape.layers().get(i);
      blocks.add(block("layers." + i + ".", layer));
      int[] cache = {
        streams, layer.attention().numKvHeads(), shape.contextLength(), shape.headDim()
      };
      caches.add(new KeyValues(floats(cache), floats(cache)));
      DecoderShape.Rotation rotation = layer.rotation();
      if (rotation != null) {
        angles.computeIfAbsent(rotation, this::angles);
      }
    }
    String last = weights.containsKey("head.weight") ? "head.weight" : "embed.weight";
    head = DeviceMap.of(kernels, weight(last), weights.get("head.bias"));
    mean = floats(rows);
    root = floats(rows);
    stream = floats(rows, shape.width());
    normed = floats(rows, shape.width());
    branch = floats(rows, shape.width());
    hidden = floats(rows, shape.hidden());
    gates = floats(rows, shape.hidden());
    units = floats(rows, shape.hidden());
  }

  private Tensor floats(int... dims) {
    return engine.zeros(DType.FLOAT32, dims);
  }

  private Tensor weight(String name) {
    Tensor weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("no weights %s, expected some".formatted(name));
    }
    return weight;
  }

  private DeviceMap map(String name) {
    return DeviceMap.of(kernels, weight(name + ".weight"), weights.get(name + ".bias"));
  }

  private Block block(String name, DecoderShape.Layer layer) {
    int size = shape.headDim();
    int heads = layer.attention().numHeads() * size;
    int kvHeads = layer.attention().numKvHeads() * size;
    return new Block(
        name,
        layer,
        map(name + "q"),
        map(name + "k"),
        map(name + "v"),
        map(name + "o"),
        weights.containsKey(name + "gate.weight") ? map(name + "gate") : null,
        map(name + "up"),
        map(name + "down"),
        floats(rows, heads),
        floats(rows, heads),
        floats(rows, kvHeads),
        floats(rows, kvHeads),
        floats(rows, kvHeads),
        floats(rows, heads),
        floats(rows, layer.attention().numHeads()));
  }

  private Angles angles(DecoderShape.Rotation rotation) {
    float[] frequencies = rotation.frequencies();
    int half = frequencies.length;
    Tensor cos = Tensor.zeros(DType.FLOAT32, shape.contextLength(), half);
    Tensor sin = Tensor.zeros(DType.FLOAT32, shape.contextLength(), half);
    for (int position = 0; position < shape.contextLength(); position++) {
      for (int i = 0; i < half; i++) {
        // The product rounded to float32, with which models have learnt.
        float angle = position * frequencies[i];
        cos.set((long) position * half + i, Math.cos(angle));
        sin.set((long) position * half + i, Math.sin(angle));
      }
    }
    return new Angles(engine.place(cos), engine.place(sin), floats(rows, half), floats(rows, half));
  }

  @Override
  public int vocabSize() {
    return shape.vocabSize();
  }

  @Override
  public List<KeyValues> caches() {
    return caches;
  }

  @Override
  public void forward(Step step) {
    int count = step.count();
    Tensor x = stream.slice(0, count);
    embed(x, step);
    for (Angles each : angles.values()) {
      kernels.linear().embedding(each.rowCos.slice(0, count), step.positions(), each.cos);
      kernels.linear().embedding(each.rowSin.slice(0, count), step.positions(), each.sin);
    }
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      attend(block, caches.get(i), x, step);
      unit(block, x, step);
    }
  }

  private void embed(Tensor x, Step step) {
    Tensor found = branch.slice(0, step.count());
    kernels.linear().embedding(found, step.tokens(), weight("embed.weight"));
    kernels.arrays().fill(x, 0);
    kernels.arrays().addScaled(x, found, shape.embeddingScale());
    Tensor learned = weights.get("positions.weight");
    if (learned != null) {
      kernels.linear().embedding(found, step.positions(), learned);
      kernels.arrays().addScaled(x, found, 1);
    }
  }

  private void attend(Block block, KeyValues seen, Tensor x, Step step) {
    int count = step.count();
    boolean matrices = step.matrices();
    Tensor normal = normed.slice(0, count);
    norm(normal, x, block.name + "attn_norm");
    Tensor queries = block.queries.slice(0, count);
    Tensor keys = block.keys.slice(0, count);
    Tensor values = block.values.slice(0, count);
    block.query.product(queries, false, normal, matrices);
    block.key.product(keys, false, normal, matrices);
    block.value.product(values, false, normal, matrices);
    queries = normHeads(block, block.queriesNormed, queries, block.name + "q_norm.weight");
    keys = normHeads(block, block.keysNormed, keys, block.name + "k_norm.weight");
    DecoderShape.Rotation rotation = block.layer.rotation();
    Angles turned = rotation == null ? null : angles.get(rotation);
    if (turned != null) {
      rotate(queries, turned);
      rotate(keys, turned);
    }
    Tensor attended = block.attended.slice(0, count);
    kernels
        .caches()
        .cachedAttention(
            attended,
            seen.keys(),
            seen.values(),
            Rows.of(queries),
            Rows.of(keys),
            Rows.of(values),
            step.streams(),
            step.positions(),
            block.layer.attention());
    add(x, block.output, attended, block.name + "post_attn_norm", matrices);
  }

  private void unit(Block block, Tensor x, Step step) {
    int count = step.count();
    boolean matrices = step.matrices();
    Tensor normal = normed.slice(0, count);
    Tensor up = hidden.slice(0, count);
    Tensor active = units.slice(0, count);
    norm(normal, x, block.name + "mlp_norm");
    block.up.product(up, false, normal, matrices);
    if (block.gate == null) {
      kernels.transformer().gatedUnit(active, up, null, shape.activation());
    } else {
      Tensor gate = gates.slice(0, count);
      block.gate.product(gate, false, normal, matrices);
      kernels.transformer().gatedUnit(active, gate, up, shape.activation());
    }
    add(x, block.down, active, block.name + "post_mlp_norm", matrices);
  }

  /** Adds what half a block gives to the residual stream, normalised where that is so. */
  private void add(Tensor x, DeviceMap map, Tensor from, String norm, boolean matrices) {
    if (!weights.containsKey(norm + ".weight")) {
      map.product(x, true, from, matrices);
      return;
    }
    Tensor given = branch.slice(0, x.dim(0));
    Tensor normal = normed.slice(0, x.dim(0));
    map.product(given, false, from, matrices);
    norm(normal, given, norm);
    kernels.arrays().addScaled(x, normal, 1);
  }

  private void norm(Tensor y, Tensor x, String name) {
    int count = y.dim(0);
    Tensor gain = weight(name + ".weight");
    Tensor roots = root.slice(0, count);
    if (shape.layerNorm()) {
      Tensor bias = weights.get(name + ".bias");
      kernels.attention().layerNorm(y, mean.slice(0, count), roots, x, gain, bias, shape.epsilon());
    } else {
      kernels.transformer().rmsNorm(y, roots, x, gain, shape.epsilon());
    }
  }

  /** Heads as they are where they have no norm of their own. */
  private Tensor normHeads(Block block, Tensor room, Tensor heads, String name) {
    Tensor gain = weights.get(name);
    if (gain == null) {
      return heads;
    }
    Tensor y = room.slice(0, heads.dim(0));
    kernels.transformer().rmsNorm(y, block.roots, heads, gain, shape.epsilon());
    return y;
  }

  /** The rows stand for the times. */
  private void rotate(Tensor heads, Angles turned) {
    int count = heads.dim(0);
    Tensor times = heads.reshape(1, count, heads.dim(1));
    kernels
        .transformer()
        .rotary(
            times,
            false,
            times,
            turned.rowCos.slice(0, count),
            turned.rowSin.slice(0, count),
            false);
  }

  @Override
  public void logits(Tensor out, Tensor wanted) {
    int count = out.dim(0);
    Tensor chosen = branch.slice(0, count);
    Tensor last = normed.slice(0, count);
    kernels.linear().embedding(chosen, wanted, stream);
    norm(last, chosen, "norm");
    head.product(out, false, last, false);
    if (shape.logitSoftcap() != 0) {
      kernels.transformer().softCap(out, out, shape.logitSoftcap());
    }
  }
}
