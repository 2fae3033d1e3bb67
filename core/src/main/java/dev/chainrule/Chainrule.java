package dev.chainrule;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.AutomaticForecasts;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.base.series.SeriesTables;
import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.TrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import tech.tablesaw.api.Table;

/**
 * The front door: opens any trained model by its folder. Each modality has a class of its own that
 * trains, evaluates and draws: {@code TextModel}, {@code PixelModel}, {@code AudioModel}, {@code
 * SeriesModel}.
 */
public final class Chainrule {
  private Chainrule() {}

  /**
   * A trained model of any kind.
   *
   * @throws InputException if the folder holds no checkpoint, a damaged one, or one of a kind that
   *     is not on the class path
   */
  public static TrainedModel open(Path folder) throws IOException {
    return ModelKinds.of(folder).open(folder);
  }

  /**
   * A trained model of one modality.
   *
   * @param type its class, for example {@code TextModel.class}
   * @throws InputException as {@link #open(Path)}, or if the model is of another modality
   */
  public static <M extends TrainedModel> M open(Path folder, Class<M> type) throws IOException {
    TrainedModel model = open(folder);
    if (!type.isInstance(model)) {
      throw new InputException(
          "%s: holds a model of kind %s, expected a %s"
              .formatted(folder, model.kind(), type.getSimpleName()));
    }
    return type.cast(model);
  }

  /**
   * Forecasts the series of a table, by what does best on their own past: columns {@code y}, and as
   * they are needed {@code unique_id} and {@code ds}.
   *
   * @param horizon steps ahead, at least 1
   * @throws InputException if no series can be forecast, or nothing on the class path forecasts
   */
  public static Outlook forecast(Table table, int horizon) {
    return forecast(SeriesTables.data(table, null, CovariateNames.NONE), horizon);
  }

  /** The same for a CSV file of such columns. */
  public static Outlook forecast(Path file, int horizon) throws IOException {
    return forecast(SeriesFile.of(file).read(), horizon);
  }

  private static Outlook forecast(SeriesData data, int horizon) {
    return ServiceLoader.load(AutomaticForecasts.class)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "nothing on the class path forecasts series, expected chainrule-arima."))
        .forecast(data, horizon);
  }

  /** Names of the kinds of models on the class path, for example {@code text.gpt}. */
  public static List<String> kinds() {
    return ModelKinds.all().stream().map(ModelKind::name).toList();
  }
}
