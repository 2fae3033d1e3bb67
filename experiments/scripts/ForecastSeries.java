//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-arima:0.1.0-SNAPSHOT
import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import java.nio.file.Path;

/** Forecasts every series of a CSV file (unique_id, ds, y) by one season. */
public final class ForecastSeries {
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: ForecastSeries FILE.csv");
      System.exit(2);
    }
    for (Series series : SeriesFile.of(Path.of(args[0])).read().series()) {
      int season = series.frequency().season();
      var fit = AutoArima.fit(series.values(), AutoOptions.forPeriod(season)).fit();
      System.out.println(series.id() + ": " + fit.spec());
      System.out.println(fit.forecast(season));
    }
  }
}
