package dev.chainrule.experiments.report;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.pixelcnn.data.ImageGrid;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.pixelcnn.run.PixelSampling;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import dev.chainrule.timeseries.run.SeriesForecasts;
import dev.chainrule.timeseries.run.SeriesModel;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** What a model that left no samples draws for a report. */
final class DrawnSamples {
  private static final int TOKENS = 300;
  private static final int IMAGES = 20;
  private static final int COLUMNS = 10;
  private static final int CELL = 64;
  private static final double SECONDS = 3;
  private static final int SERIES = 200;

  private final Compute compute;
  private final long seed;

  /**
   * Drawn so.
   *
   * @param seed of all random numbers
   */
  DrawnSamples(Compute compute, long seed) {
    this.compute = compute;
    this.seed = seed;
  }

  /**
   * The exhibits of a model.
   *
   * @param folder its checkpoint
   * @param data series to forecast, for a model of series; null where they are not known
   */
  List<Exhibit> of(Path folder, @Nullable ReportSeries data) throws IOException {
    try (TrainedModel model = ModelKinds.of(folder).open(folder).on(compute)) {
      return switch (model) {
        case TextModel text -> List.of(words(text));
        case PixelModel images -> List.of(images(images));
        case AudioModel audio -> List.of(sound(audio));
        case SeriesModel series ->
            data == null
                ? List.of(new Exhibit.Note("no forecasts", "--data names series to forecast"))
                : forecasts(series, data);
        default -> List.of(new Exhibit.Note("no samples", "of models of kind " + model.kind()));
      };
    } catch (InputException | IllegalArgumentException e) {
      // Models of what is given, such as a sound's spectrum, cannot draw by themselves.
      return List.of(new Exhibit.Note("no samples", String.valueOf(e.getMessage())));
    }
  }

  private Exhibit words(TextModel model) {
    int[] begun = beginning(model);
    TextSample sample =
        model
            .samples(begun, 1, SamplingConfig.of(seed), GenerationConfig.of(TOKENS, seed))
            .getFirst();
    int[] drawn = sample.ids().stream().mapToInt(id -> id).toArray();
    int[] all = IntStream.concat(IntStream.of(begun), IntStream.of(drawn)).toArray();
    List<Exhibit.Token> tokens = TokenProbabilities.of(model, all);
    boolean blank = tokens.getFirst().text().isBlank();
    return new Exhibit.Words(
        "Drawn by the model, temperature 1, seed " + seed,
        blank ? tokens.subList(1, tokens.size()) : tokens);
  }

  /** What begins texts; where the model knows nothing of that, a line end. */
  static int[] beginning(TextModel model) {
    int[] begun = model.tokenizer().specials().begun();
    if (begun.length > 0) {
      return begun;
    }
    try {
      return model.tokenizer().encode("\n");
    } catch (InputException textWithoutLines) {
      return new int[] {0};
    }
  }

  private Exhibit images(PixelModel model) throws IOException {
    List<BufferedImage> images = model.sample(IMAGES, PixelSampling.of(seed));
    BufferedImage first = images.getFirst();
    int scale = Math.max(1, CELL / Math.max(first.getWidth(), first.getHeight()));
    BufferedImage grid = ImageGrid.of(images, COLUMNS, scale);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(grid, "png", png);
    return new Exhibit.Picture(
        "%d images drawn by the model%s, seed %d"
            .formatted(
                images.size(), model.network().numClasses() > 0 ? ", classes in turn" : "", seed),
        png.toByteArray(),
        grid.getWidth(),
        grid.getHeight());
  }

  private Exhibit sound(AudioModel model) throws IOException {
    AudioClip clip = model.sample(SECONDS, 1, AudioSampling.of(seed)).getFirst();
    Path file = Files.createTempFile("chainrule", ".wav");
    try {
      WavWriter.write(file, clip);
      return new Exhibit.Sound("Drawn by the model, seed " + seed, Files.readAllBytes(file), clip);
    } finally {
      Files.delete(file);
    }
  }

  /** Of the values that the model did not learn from, where there are any, else of what follows. */
  private List<Exhibit> forecasts(SeriesModel model, ReportSeries data) throws IOException {
    List<Series> whole =
        data
            .read(model.config().inputs().names(), Frequency.of(model.config().frequency()))
            .stream()
            .limit(SERIES)
            .toList();
    List<Series> past = new ArrayList<>();
    for (Series series : whole) {
      past.add(series.first(Math.max(1, series.length() - data.heldOut())));
    }
    SeriesForecasts forecasts =
        model.forecast(past, model.horizon(), SeriesModel.USUAL_PATHS, seed, more -> {});
    double[] probabilities = ForecastFile.probabilities(List.of(20.0, 50.0, 80.0, 95.0));
    Map<String, ForecastFile.Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < past.size(); i++) {
      Forecast forecast = forecasts.forecasts().get(i);
      double[][] quantiles = new double[probabilities.length][];
      for (int q = 0; q < quantiles.length; q++) {
        quantiles[q] = forecast.quantiles(probabilities[q]);
      }
      List<String> times = new ArrayList<>();
      int[] lines = new int[forecast.horizon()];
      for (int h = 0; h < lines.length; h++) {
        times.add(past.get(i).label(past.get(i).length() + (long) h));
      }
      entries.put(
          past.get(i).id(),
          new ForecastFile.Entry(
              "DeepAR", times, lines, forecast.means(), probabilities, quantiles));
    }
    return ForecastExhibits.of(whole, entries, data.file());
  }
}
