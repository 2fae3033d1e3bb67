//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-timeseries:0.1.0-SNAPSHOT
//DEPS dev.chainrule:chainrule-plot:0.1.0-SNAPSHOT
//COMPILE_OPTIONS --add-modules jdk.incubator.vector
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS --sun-misc-unsafe-memory-access=allow
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.plot.Fan;
import dev.chainrule.plot.FanChart;
import dev.chainrule.timeseries.run.SeriesForecasts;
import dev.chainrule.timeseries.run.SeriesModel;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains a DeepAR on the series of a CSV file (unique_id, ds, y), and draws what comes. */
public final class ForecastMonths {
  public static void main(String[] args) throws Exception {
    if (args.length < 2 || args.length > 3) {
      System.err.println("usage: ForecastMonths FILE.csv PICTURE.png|PAGE.html [STEPS]");
      System.exit(2);
    }
    SeriesTraining training = SeriesTraining.usual(24).withSteps(args.length > 2 ? Long.parseLong(args[2]) : 400);
    Path run = Files.createTempDirectory("months").resolve("run");
    try (TrainingBar bar = new TrainingBar(System.err)) {
      SeriesModel model = SeriesModel.train(Path.of(args[0]), training, run, bar);
      SeriesForecasts ahead = model.forecast(Path.of(args[0]));
      List<Fan> fans = new ArrayList<>();
      for (int i = 0; i < Math.min(Fan.MOST, ahead.series().size()); i++) {
        fans.add(Fan.of(ahead.series().get(i), ahead.forecasts().get(i), List.of(80.0, 95.0), "DeepAR"));
      }
      FanChart.of("PICTURE", Path.of(args[1]), "").write(fans, "");
      System.out.println(fans.size() + " fans are in " + args[1] + ", the model in " + run);
    }
  }
}
