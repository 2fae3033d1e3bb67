//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-arima:0.1.0-SNAPSHOT
package forecast;

import dev.chainrule.arima.Forecasts;
import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import java.nio.file.Path;

/** Forecasts every series of a CSV file by one season, by the ARIMA that suits it. */
public final class Forecast {
  private Forecast() {}

  /** The argument is the file, with columns unique_id, ds and y. */
  public static void main(String[] args) throws Exception {
    for (Series series : SeriesFile.of(Path.of(args[0])).read().series()) {
      int season = series.frequency().season();
      var fit = AutoArima.fit(series.values(), AutoOptions.forPeriod(season)).fit();
      System.out.println(series.id() + ": " + fit.spec());
      System.out.println(Forecasts.of(fit, season));
    }
  }
}
