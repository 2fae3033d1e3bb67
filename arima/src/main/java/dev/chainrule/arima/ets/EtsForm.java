package dev.chainrule.arima.ets;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the thirty models: how errors, growth and season enter.
 *
 * @param error {@link Component#ADDITIVE} or {@link Component#MULTIPLICATIVE}
 * @param damped whether growth dies out; never without a trend
 */
public record EtsForm(Component error, Component trend, boolean damped, Component season) {
  private static final Pattern TEXT = Pattern.compile("([AM]),?(N|Ad?|Md?),?([NAM])");

  /** How a component enters. */
  public enum Component {
    /** Not at all. */
    NONE("N"),
    /** As a sum. */
    ADDITIVE("A"),
    /** As a product. */
    MULTIPLICATIVE("M");

    private final String letter;

    Component(String letter) {
      this.letter = letter;
    }

    private static Component of(String letter) {
      return switch (letter) {
        case "N" -> NONE;
        case "A" -> ADDITIVE;
        default -> MULTIPLICATIVE;
      };
    }
  }

  /** Refuses what is no model. */
  public EtsForm {
    if (error == Component.NONE) {
      throw new IllegalArgumentException("error: found NONE, expected ADDITIVE or MULTIPLICATIVE");
    }
    if (damped && trend == Component.NONE) {
      throw new IllegalArgumentException("damped: found true without a trend, expected false");
    }
  }

  /**
   * The model of a name such as {@code MAdN} or {@code M,Ad,N}, with or without {@code ETS(...)}.
   *
   * @throws IllegalArgumentException for another text
   */
  public static EtsForm of(String text) {
    String bare =
        text.toUpperCase(Locale.ROOT).replace('D', 'd').replaceFirst("\\AETS\\((.*)\\)\\z", "$1");
    Matcher matcher = TEXT.matcher(bare);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "found "
              + text
              + ", expected error, trend and season such as MAdN: A or M, one of N, A,"
              + " Ad, M and Md, and N, A or M");
    }
    String trend = Objects.requireNonNull(matcher.group(2));
    return new EtsForm(
        Component.of(Objects.requireNonNull(matcher.group(1))),
        Component.of(trend.substring(0, 1)),
        trend.length() > 1,
        Component.of(Objects.requireNonNull(matcher.group(3))));
  }

  /** All thirty, in the order in which R looks at them. */
  public static List<EtsForm> all() {
    List<EtsForm> all = new ArrayList<>();
    for (Component error : List.of(Component.ADDITIVE, Component.MULTIPLICATIVE)) {
      for (Component trend : Component.values()) {
        for (Component season : Component.values()) {
          if (trend != Component.NONE) {
            all.add(new EtsForm(error, trend, true, season));
          }
          all.add(new EtsForm(error, trend, false, season));
        }
      }
    }
    return all;
  }

  /** Whether errors grow with the level. */
  public boolean relative() {
    return error == Component.MULTIPLICATIVE;
  }

  /** Whether there is growth. */
  public boolean hasTrend() {
    return trend != Component.NONE;
  }

  /** Whether there is a season. */
  public boolean isSeasonal() {
    return season != Component.NONE;
  }

  /**
   * Whether R's {@code restrict} refuses it: its variance is infinite, or its estimation unstable.
   */
  public boolean isRestricted() {
    Component m = Component.MULTIPLICATIVE;
    return error == Component.ADDITIVE
        ? trend == m || season == m
        : trend == m && season == Component.ADDITIVE;
  }

  /** Whether only values above zero can follow it. */
  public boolean needsPositive() {
    Component m = Component.MULTIPLICATIVE;
    return error == m || trend == m || season == m;
  }

  /** Smoothing parameters, the damping among them. */
  int smoothingCount() {
    return 1 + (hasTrend() ? 1 : 0) + (isSeasonal() ? 1 : 0) + (damped ? 1 : 0);
  }

  /** All that is estimated but the variance. */
  int parameterCount(int period) {
    return smoothingCount() + 1 + (hasTrend() ? 1 : 0) + (isSeasonal() ? period - 1 : 0);
  }

  /** As R writes it: {@code ETS(M,Ad,N)}. */
  @Override
  public String toString() {
    return "ETS("
        + error.letter
        + ","
        + trend.letter
        + (damped ? "d" : "")
        + ","
        + season.letter
        + ")";
  }
}
