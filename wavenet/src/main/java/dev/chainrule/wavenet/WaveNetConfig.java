package dev.chainrule.wavenet;

import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.LogisticMixtureSampler;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.sampling.Warper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a {@link WaveNet} and of the signal it models.
 *
 * @param sampleRate of the audio, in Hz
 * @param signal how samples become elements, and elements inputs
 * @param head how the network's output becomes a distribution
 * @param stack the dilated convolutions
 * @param labels that condition a whole clip, such as the speaker; empty for none
 * @param local series that conditions along time; null for none
 */
public record WaveNetConfig(
    int sampleRate,
    Signal signal,
    Head head,
    Stack stack,
    List<Label> labels,
    @Nullable Local local) {

  public WaveNetConfig {
    requirePositive("sample_rate", sampleRate);
    labels = List.copyOf(labels);
    if (head.mixtures() == 0 && signal.levels() > 4096) {
      throw new IllegalArgumentException(
          "a softmax over %d levels, expected at most 4096; a mixture of logistics takes more"
              .formatted(signal.levels()));
    }
    if (head.mixtures() > 0 && signal.quantization() != Quantization.LINEAR) {
      throw new IllegalArgumentException(
          "a mixture of logistics over mu-law codes, expected linear quantization");
    }
  }

  /**
   * How a sample becomes an element.
   *
   * @param quantization the form
   * @param levels number of codes
   * @param oneHot whether the network is fed a learned vector for each code, or the code as a
   *     number from -1 to 1
   */
  public record Signal(Quantization quantization, int levels, boolean oneHot) {
    public Signal {
      if (levels < 2 || levels > 65536) {
        throw new IllegalArgumentException("levels %d, expected from 2 to 65536".formatted(levels));
      }
      if (oneHot && levels > 4096) {
        throw new IllegalArgumentException(
            "one-hot input of %d levels, expected at most 4096; feed scalars instead"
                .formatted(levels));
      }
    }
  }

  /**
   * The output distribution.
   *
   * @param mixtures number of logistics; 0 for a softmax over all levels
   * @param minLogScale floor of the logistics' log-scales
   */
  public record Head(int mixtures, double minLogScale) {
    public Head {
      if (mixtures < 0) {
        throw new IllegalArgumentException("mixtures %d, expected 0 or more".formatted(mixtures));
      }
    }

    /** A softmax over all levels. */
    public static Head softmax() {
      return new Head(0, 0);
    }

    /** This many logistics; scales of 16-bit samples are small, hence the low floor. */
    public static Head logistics(int mixtures) {
      return new Head(mixtures, -16);
    }
  }

  /**
   * The dilated convolutions: {@code numStacks} times dilations 1, 2, 4, ...
   *
   * @param layersPerStack the last has dilation {@code 2^(layersPerStack-1)}
   * @param kernelSize taps K of each convolution
   * @param residualChannels width R of the path through the layers
   * @param gateChannels width G of a gated unit: of the filter and of the gate each
   * @param skipChannels width S of the sum of all layers
   */
  public record Stack(
      int numStacks,
      int layersPerStack,
      int kernelSize,
      int residualChannels,
      int gateChannels,
      int skipChannels) {
    public Stack {
      requirePositive("num_stacks", numStacks);
      requirePositive("layers_per_stack", layersPerStack);
      requirePositive("residual_channels", residualChannels);
      requirePositive("gate_channels", gateChannels);
      requirePositive("skip_channels", skipChannels);
      if (layersPerStack > 16) {
        throw new IllegalArgumentException(
            "layers_per_stack %d, expected at most 16".formatted(layersPerStack));
      }
      if (kernelSize < 2) {
        throw new IllegalArgumentException(
            "kernel_size %d, expected 2 or more".formatted(kernelSize));
      }
      if (numStacks > Integer.MAX_VALUE / layersPerStack) {
        throw new IllegalArgumentException(
            "num_stacks %d of %d layers, expected at most %d layers in all"
                .formatted(numStacks, layersPerStack, Integer.MAX_VALUE));
      }
    }

    public int numLayers() {
      return numStacks * layersPerStack;
    }

    /** Dilation of a layer, counted from 0. */
    public int dilation(int layer) {
      return 1 << layer % layersPerStack;
    }
  }

  /**
   * A label that every clip has, such as its speaker.
   *
   * @param name for options and messages
   * @param values the known ones
   */
  public record Label(String name, List<String> values) {
    public Label {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("label %s has no values".formatted(name));
      }
    }

    /**
     * Number of a value.
     *
     * @throws IllegalArgumentException if it is not known
     */
    public int index(String value) {
      int index = values.indexOf(value);
      if (index < 0) {
        throw new IllegalArgumentException(
            "unknown %s %s, expected one of %s".formatted(name, value, String.join(", ", values)));
      }
      return index;
    }
  }

  /**
   * A series of feature frames, brought to the sampling rate by learned steps.
   *
   * @param channels numbers in a frame
   * @param hop samples from one frame to the next
   * @param upsampling factors of the steps, whose product is the hop
   */
  public record Local(int channels, int hop, List<Integer> upsampling) {
    public Local {
      requirePositive("channels", channels);
      requirePositive("hop", hop);
      upsampling = List.copyOf(upsampling);
      long product = 1;
      for (int factor : upsampling) {
        requirePositive("upsampling factor", factor);
        product = Math.min((long) Integer.MAX_VALUE + 1, product * factor);
      }
      if (product != hop) {
        throw new IllegalArgumentException(
            "upsampling factors %s have the product %d, expected the hop %d"
                .formatted(upsampling, product, hop));
      }
    }
  }

  /** Samples that a conditional depends on: {@code (K-1) sum of dilations + 1}. */
  public int receptiveField() {
    long sum = 1;
    for (int layer = 0; layer < stack.numLayers(); layer++) {
      sum += (long) (stack.kernelSize() - 1) * stack.dilation(layer);
    }
    return Math.toIntExact(sum);
  }

  /** The receptive field in milliseconds. */
  public double receptiveFieldMillis() {
    return 1000.0 * receptiveField() / sampleRate;
  }

  /** Numbers P of an output row. */
  public int numParameters() {
    return head.mixtures() == 0 ? signal.levels() : 3 * head.mixtures();
  }

  /**
   * Draws codes from the network's outputs.
   *
   * @param temperature divides logits, and multiplies scales of logistics; 0 takes the most
   *     probable code, or the mean of the most probable logistic
   */
  public Sampler sampler(double temperature) {
    int levels = signal.levels();
    return head.mixtures() == 0
        ? new CategoricalSampler(levels, warpers(temperature))
        : new LogisticMixtureSampler(head.mixtures(), levels, head.minLogScale(), temperature);
  }

  private static List<Warper> warpers(double temperature) {
    return temperature == 1 ? List.of() : List.of(Warper.temperature(temperature));
  }

  /** The usual mu-law network: one-hot codes in, softmax out. */
  public static WaveNetConfig muLaw(int sampleRate, Stack stack) {
    return new WaveNetConfig(
        sampleRate,
        new Signal(Quantization.MU_LAW, 256, true),
        Head.softmax(),
        stack,
        List.of(),
        null);
  }

  /** 30 layers: 3 times dilations 1 to 512, 64 residual, 2 x 64 gate, 256 skip channels. */
  public static Stack thirtyLayers() {
    return new Stack(3, 10, 2, 64, 64, 256);
  }

  public WaveNetConfig withLabels(List<Label> newLabels) {
    return new WaveNetConfig(sampleRate, signal, head, stack, newLabels, local);
  }

  public WaveNetConfig withLocal(@Nullable Local newLocal) {
    return new WaveNetConfig(sampleRate, signal, head, stack, labels, newLocal);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }
}
