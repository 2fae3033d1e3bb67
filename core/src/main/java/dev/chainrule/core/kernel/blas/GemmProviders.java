package dev.chainrule.core.kernel.blas;

import dev.chainrule.core.array.Logs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Chooses the provider. The automatic choice is by the processor's features and not by a
 * measurement, so that a seed gives the same numbers in every run on a machine. What it rests on,
 * on one core: at the layers of small transformers {@code dnnl_sgemm} was faster than {@code
 * cblas_sgemm} by about 5 % on a Zen 5 (from 6 % slower to 30 % faster) and by 15 to 20 % on a
 * Sapphire Rapids; in most products of an attention head it was slower by 5 to 20 %.
 */
final class GemmProviders {
  static final String PROPERTY = "chainrule.gemm";

  private static final Logger LOG = Logs.of(GemmProviders.class);

  private GemmProviders() {}

  /** A provider, and why it is the one. */
  record Choice(Gemm gemm, String reason) {}

  /** What the property says. */
  static String wanted() {
    return System.getProperty(PROPERTY, "auto");
  }

  /** Found once. */
  static Choice chosen() {
    return Chosen.CHOICE;
  }

  /** See {@link Gemm#forRows}. */
  static Gemm forRows() {
    return ForRows.GEMM;
  }

  /** Every provider that runs here. */
  static List<Gemm> available() {
    return OneDnnHolder.RESULT.gemm() == null
        ? List.of(OpenBlasHolder.INSTANCE)
        : List.of(OpenBlasHolder.INSTANCE, OneDnnHolder.RESULT.gemm());
  }

  /** Why there is no provider of this name, without loading it; null if it seems there. */
  static @Nullable String obstacle(String name) {
    return switch (name) {
      case "onednn" -> null;
      case "auto", "openblas" -> OpenBlas.obstacle();
      default -> unknown(name);
    };
  }

  private static String unknown(String name) {
    return "system property %s is '%s', expected one of auto, openblas, onednn"
        .formatted(PROPERTY, name);
  }

  /** What the property names. */
  static Choice choose(String name) {
    return switch (name) {
      case "openblas" ->
          new Choice(OpenBlasHolder.INSTANCE, "system property " + PROPERTY + " is openblas");
      case "onednn" -> {
        OneDnn.Result result = OneDnnHolder.RESULT;
        if (result.gemm() == null) {
          throw new IllegalStateException(
              "system property %s is onednn, but oneDNN cannot be used: %s"
                  .formatted(PROPERTY, result.obstacle()));
        }
        yield new Choice(result.gemm(), "system property " + PROPERTY + " is onednn");
      }
      case "auto" -> automatic();
      default -> throw new IllegalStateException(unknown(name));
    };
  }

  private static Choice automatic() {
    Gemm openBlas = OpenBlasHolder.INSTANCE;
    if (!CpuInfo.hasAvx512()) {
      return new Choice(openBlas, "OpenBLAS is taken on processors without AVX-512");
    }
    OneDnn.Result result = OneDnnHolder.RESULT;
    return result.gemm() == null
        ? new Choice(openBlas, "oneDNN would be faster with AVX-512, but: " + result.obstacle())
        : new Choice(
            new BySize(result.gemm(), openBlas),
            "with AVX-512 oneDNN is faster in large products, OpenBLAS in small ones");
  }

  private static final class Chosen {
    static final Choice CHOICE = find();

    private static Choice find() {
      Choice choice = choose(wanted());
      LOG.info("matrix products by {}: {}", choice.gemm().name(), choice.reason());
      return choice;
    }
  }

  private static final class ForRows {
    static final Gemm GEMM = find();

    private static Gemm find() {
      Gemm oneDnn = wanted().equals("auto") ? OneDnnHolder.RESULT.gemm() : null;
      return oneDnn == null ? chosen().gemm() : oneDnn;
    }
  }

  private static final class OpenBlasHolder {
    static final Gemm INSTANCE = new OpenBlas();
  }

  private static final class OneDnnHolder {
    static final OneDnn.Result RESULT = OneDnn.load();
  }
}
