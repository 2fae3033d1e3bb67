package dev.chainrule.plot;

import java.util.List;
import java.util.stream.Stream;

/**
 * A picture of numbers: lines, bands and dots over two axes. It is drawn as SVG, in a page whose
 * style sheet knows the colours {@code --ink}, {@code --muted}, {@code --line} and {@code --c0} to
 * {@code --c7}, or as a file of its own.
 *
 * @param title stands above it; may be empty
 * @param marks in the order of drawing
 */
public record Chart(String title, Axis x, Axis y, List<Mark> marks) {
  /** How many colours there are; marks beyond begin anew. */
  public static final int COLOURS = 8;

  /** The colour of text. */
  public static final int INK = -1;

  public Chart {
    marks = List.copyOf(marks);
  }

  /** A place on an axis that has a name. */
  public record Tick(double value, String label) {}

  /**
   * An axis.
   *
   * @param logarithmic then what is not positive is left out
   * @param ticks empty for round numbers
   */
  public record Axis(String label, boolean logarithmic, List<Tick> ticks) {
    public Axis {
      ticks = List.copyOf(ticks);
    }

    /** With round numbers. */
    public static Axis of(String label) {
      return new Axis(label, false, List.of());
    }

    /** The same, by logarithms. */
    public Axis log() {
      return new Axis(label, true, ticks);
    }

    /** Labelled at these places. */
    public Axis at(List<Tick> places) {
      return new Axis(label, logarithmic, places);
    }
  }

  /** Something drawn. Coordinates that are not finite leave a gap. */
  public sealed interface Mark {
    /** In the legend; empty for a mark that is not listed. */
    String name();

    /** From 0, or {@link #INK}. */
    int colour();

    /** Of its points. */
    List<Double> x();

    /** Every y that must be seen. */
    List<Double> reach();
  }

  /** How a line looks. */
  public enum Style {
    PLAIN,
    FAINT,
    DASHED
  }

  /** A line through points. */
  public record Line(String name, int colour, Style style, List<Double> x, List<Double> y)
      implements Mark {
    public Line {
      requireEqual(x, y);
      x = List.copyOf(x);
      y = List.copyOf(y);
    }

    @Override
    public List<Double> reach() {
      return y;
    }
  }

  /**
   * What lies between two lines.
   *
   * @param opacity above 0, at most 1
   */
  public record Band(
      String name, int colour, double opacity, List<Double> x, List<Double> low, List<Double> high)
      implements Mark {
    public Band {
      requireEqual(x, low);
      requireEqual(x, high);
      x = List.copyOf(x);
      low = List.copyOf(low);
      high = List.copyOf(high);
    }

    @Override
    public List<Double> reach() {
      return Stream.concat(low.stream(), high.stream()).toList();
    }
  }

  /** Points of their own. */
  public record Dots(String name, int colour, List<Double> x, List<Double> y) implements Mark {
    public Dots {
      requireEqual(x, y);
      x = List.copyOf(x);
      y = List.copyOf(y);
    }

    @Override
    public List<Double> reach() {
      return y;
    }
  }

  /** A point with the range around it. */
  public record Range(String name, int colour, double at, double low, double middle, double high)
      implements Mark {
    @Override
    public List<Double> x() {
      return List.of(at);
    }

    @Override
    public List<Double> reach() {
      return List.of(low, middle, high);
    }
  }

  private static void requireEqual(List<Double> x, List<Double> y) {
    if (x.size() != y.size()) {
      throw new IllegalArgumentException(
          "%d x and %d y, expected as many".formatted(x.size(), y.size()));
    }
  }

  /** In words, for those who do not see it. */
  public String description() {
    List<String> names =
        marks.stream().map(Mark::name).filter(name -> !name.isEmpty()).distinct().toList();
    ChartScale across = ChartScale.x(this, 0, 1);
    ChartScale up = ChartScale.y(this, 0, 1);
    String of = title.isEmpty() ? "Chart" : title;
    return "%s: %s against %s, from %s to %s and from %s to %s; %s"
        .formatted(
            of,
            y.label(),
            x.label(),
            across.first(),
            across.last(),
            up.first(),
            up.last(),
            String.join(", ", names));
  }

  /** As an element of a page. */
  public String svg() {
    return new ChartSvg(this).draw();
  }

  /** As a file of its own, on white, in colours that print. */
  public String file() {
    return SvgFile.of(svg());
  }
}
