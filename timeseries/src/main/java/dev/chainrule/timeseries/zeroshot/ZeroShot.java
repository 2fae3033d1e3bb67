package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.LikelihoodOps;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.core.nn.transformer.Transformer;
import dev.chainrule.timeseries.likelihood.Centred;
import dev.chainrule.timeseries.likelihood.Likelihood;
import java.util.random.RandomGenerator;

/**
 * A decoder-only transformer over patches of a series (Das et al. 2024, TimesFM), which puts out a
 * Student's t distribution of each value of the next patch: {@code p(x) = prod_k prod_(t in patch
 * k) p(x_t | patches before k)}. A patch ahead whose predecessor is not known is fed nothing but
 * its place and {@link Guesses}, so that the distributions of many patches come from one pass,
 * without draws that are fed back.
 *
 * <p><b>Differences from TimesFM:</b> far smaller; patches ahead are places of the sequence that
 * see the past by attention, in place of one long output; what simple seasonal rules propose is
 * among the inputs, and the outputs begin as the seasonal naive forecast; distributions in place of
 * points.
 */
public final class ZeroShot implements AutoregressiveModel<PatchBatch> {
  private static final double INIT_STD = 0.02;

  /** Sines and cosines of a patch's distance from the first one ahead. */
  private static final int PLACES = 8;

  /** The centre in units of the scale, how far ahead a patch is, and whether it is. */
  private static final int FACTS = 3;

  /** Large inputs are of scales that the past did not show. */
  private static final float LARGEST = 20;

  private final ZeroShotConfig config;
  private final Likelihood likelihood = Likelihood.of("student_t");
  private final Parameters parameters = new Parameters();
  private final Linear input;
  private final Transformer transformer;
  private final Linear output;
  private final Parameter skip;

  /** Declares all parameters. */
  public ZeroShot(ZeroShotConfig config) {
    this.config = config;
    int features = numFeatures();
    int width = config.width();
    int outputs = config.patchLength() * likelihood.numParameters();
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(features));
    input = new Linear(parameters, "input", features, width, true, uniform);
    transformer = new Transformer(parameters, config.transformer());
    // Small, so that the first forecasts are those of the skip.
    Initializer small = Initializer.normal(0.1 * INIT_STD);
    output = new Linear(parameters, "output", width, outputs, true, small);
    skip = parameters.add("skip.weight", this::seasonalNaive, outputs, features);
  }

  /** The location of each value is the one a season before. */
  private void seasonalNaive(Tensor weight, RandomGenerator rng) {
    int features = numFeatures();
    for (int i = 0; i < config.patchLength(); i++) {
      long row = (long) i * likelihood.numParameters() * features;
      weight.set(row + 2L * config.patchLength() + (long) i * Guesses.COUNT, 1);
    }
  }

  /** Its shape. */
  public ZeroShotConfig config() {
    return config;
  }

  /** The family of the outputs. */
  Likelihood likelihood() {
    return likelihood;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int givenElements() {
    return 0;
  }

  /** Raw outputs [B, T, P], of which those of a patch depend on the patches before. */
  @Override
  public Variable conditionals(Tape tape, PatchBatch batch) {
    Variable features = tape.constant(features(tape, batch));
    Variable x = transformer.forward(tape, input.forward(tape, features));
    Variable beside = Ops.linear(tape, features, tape.parameter(skip), null);
    return tape.reshape(
        output.forward(tape, x, beside), batch.size(), batch.length(), likelihood.numParameters());
  }

  /** Nats of values, missing ones zero. */
  @Override
  public Variable nll(Tape tape, PatchBatch batch) {
    Tensor targets = Centred.of(tape, batch.elements(), batch.centres());
    return LikelihoodOps.nll(tape, conditionals(tape, batch), targets, batch.scales(), likelihood);
  }

  private int numFeatures() {
    return (2 + Guesses.COUNT) * config.patchLength() + PLACES + FACTS;
  }

  /** Of each patch the values before it and which of them there are, guesses, place [B, K, F]. */
  private Tensor features(Tape tape, PatchBatch batch) {
    int patch = config.patchLength();
    int time = batch.length();
    int width = numFeatures();
    Tensor features = tape.numbers(batch.size(), time / patch, width);
    float[] values = new float[time];
    float[] guesses = new float[time * Guesses.COUNT];
    float[] row = new float[width];
    for (int b = 0; b < batch.size(); b++) {
      batch.elements().read((long) b * time, values, 0, time);
      batch.guesses().read((long) b * guesses.length, guesses, 0, guesses.length);
      double centre = batch.centres().get(b);
      double scale = batch.scales().get(b);
      int known = batch.known().getInt(b);
      for (int k = 0; k < time / patch; k++) {
        for (int i = 0; i < patch; i++) {
          float before = k > 0 && k <= known ? values[(k - 1) * patch + i] : Float.NaN;
          boolean there = !Float.isNaN(before);
          row[i] = there ? bounded((float) ((before - centre) / scale)) : 0;
          row[patch + i] = there ? 1 : 0;
        }
        for (int i = 0; i < patch * Guesses.COUNT; i++) {
          row[2 * patch + i] = bounded(guesses[k * patch * Guesses.COUNT + i]);
        }
        place(k - known, centre / scale, row);
        features.write(((long) b * (time / patch) + k) * width, row, 0, width);
      }
    }
    return features;
  }

  private static float bounded(float x) {
    return Math.clamp(x, -LARGEST, LARGEST);
  }

  /**
   * The last features of a patch.
   *
   * @param ahead patches from the first one ahead, negative in the past
   */
  private static void place(int ahead, double centre, float[] row) {
    int at = row.length - PLACES - FACTS;
    for (int i = 0; i < PLACES; i += 2) {
      double angle = ahead / Math.pow(4, i / 2.0);
      row[at + i] = (float) Math.sin(angle);
      row[at + i + 1] = (float) Math.cos(angle);
    }
    row[at + PLACES] = (float) (0.1 * Math.log(1 + Math.abs(centre)) * Math.signum(centre));
    row[at + PLACES + 1] = (float) Math.clamp(0.1 * Math.max(0, ahead), 0, 1);
    row[at + PLACES + 2] = ahead > 0 ? 1 : 0;
  }
}
