package dev.chainrule.arima.ets;

import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.ets.EtsForm.Component;
import java.util.List;
import java.util.Locale;

/**
 * How a model is chosen.
 *
 * @param forms that are looked at, at least one
 * @param criterion what is minimised
 * @param region where smoothing parameters may lie
 */
public record EtsOptions(List<EtsForm> forms, Criterion criterion, Region region) {
  /** Where smoothing parameters may lie. */
  public enum Region {
    /** Where each step is a weighted mean: {@code 0 < beta < alpha < 1 and gamma < 1 - alpha}. */
    USUAL,
    /** Where errors long past have no influence. */
    ADMISSIBLE,
    /** In both, R's default. */
    BOTH
  }

  /** Copies the list. */
  public EtsOptions {
    forms = List.copyOf(forms);
    if (forms.isEmpty()) {
      throw new IllegalArgumentException("models: found none, expected one at least");
    }
  }

  /** R's: the fifteen that are neither restricted nor have a multiplicative trend, by AICc. */
  public static EtsOptions defaults() {
    return of("ZZZ");
  }

  /**
   * A model or several: Z stands for any component, but not for a multiplicative trend, nor in a
   * restricted model.
   *
   * @param text such as {@code ZZZ}, {@code ZZN} or {@code MAdM}; {@code all} for the thirty
   * @throws IllegalArgumentException for another text
   */
  public static EtsOptions of(String text) {
    String letters = text.replace(",", "").toUpperCase(Locale.ROOT);
    if (letters.equals("ALL")) {
      return new EtsOptions(EtsForm.all(), Criterion.AICC, Region.BOTH);
    }
    if (!letters.contains("Z")) {
      return new EtsOptions(List.of(EtsForm.of(text)), Criterion.AICC, Region.BOTH);
    }
    String same = letters.replace("D", "");
    boolean damped = letters.contains("D");
    List<EtsForm> forms =
        EtsForm.all().stream()
            .filter(form -> same.length() == 3 && matches(form, same, damped))
            .toList();
    if (forms.isEmpty()) {
      throw new IllegalArgumentException(
          "found " + text + ", expected error, trend and season such as ZZZ, ZZN or MAdM, or all");
    }
    return new EtsOptions(forms, Criterion.AICC, Region.BOTH);
  }

  private static boolean matches(EtsForm form, String letters, boolean damped) {
    String name = form.toString().replaceAll("ETS|[(),d]", "");
    for (int i = 0; i < name.length(); i++) {
      if (letters.charAt(i) != 'Z' && letters.charAt(i) != name.charAt(i)) {
        return false;
      }
    }
    boolean growing = letters.charAt(1) == 'Z' && form.trend() == Component.MULTIPLICATIVE;
    return !form.isRestricted() && !growing && (!damped || form.damped());
  }

  /** With another criterion. */
  public EtsOptions withCriterion(Criterion value) {
    return new EtsOptions(forms, value, region);
  }

  /** With another region. */
  public EtsOptions withRegion(Region value) {
    return new EtsOptions(forms, criterion, value);
  }

  /** With one model only. */
  EtsOptions only(EtsForm form) {
    return new EtsOptions(List.of(form), criterion, region);
  }
}
