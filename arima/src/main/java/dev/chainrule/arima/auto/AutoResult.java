package dev.chainrule.arima.auto;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chosen model and how it was found.
 *
 * @param fit the model
 * @param candidates all models that were looked at, in that order
 * @param fallback why no model of the search could be taken and a (seasonal) naive forecast stands
 *     in, or what the series is too short to tell; or null
 */
public record AutoResult(ArimaFit fit, List<Candidate> candidates, @Nullable String fallback) {
  /** Copies the list. */
  public AutoResult {
    candidates = List.copyOf(candidates);
  }

  /** The fit, and what is to be said of the search. */
  @Override
  public String toString() {
    String note = fallback == null ? "" : "Note: " + fallback + ".\n";
    String looked = candidates.isEmpty() ? "" : "Chosen of " + candidates.size() + " models.\n";
    return fit + note + looked;
  }

  /**
   * A model that was looked at.
   *
   * @param value its criterion; infinite where it was refused
   */
  public record Candidate(ArimaSpec spec, double value) {}
}
