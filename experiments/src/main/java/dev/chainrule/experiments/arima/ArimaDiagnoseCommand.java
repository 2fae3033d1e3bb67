package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.Diagnostics;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.plot.PlotFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule arima diagnose}. */
@Command(
    name = "diagnose",
    description = "Test the residuals of every series' model: Ljung-Box, Jarque-Bera, ACF, PACF.")
final class ArimaDiagnoseCommand extends Verb {
  @Mixin private ArimaInput input = new ArimaInput();

  @Option(
      names = "--lags",
      paramLabel = "K",
      description = "Lags of the Ljung-Box test; 0 for twice the season or ten.")
  int lags;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw residuals and ACF, as .png or .html; with several series -ID is added.")
  @Nullable Path plot;

  @SuppressWarnings("ArrayRecordComponent")
  private record Diagnosis(
      AutoResult result,
      double[] residuals,
      double[] acf,
      double[] pacf,
      int lags,
      Diagnostics.ChiSquared ljungBox,
      Diagnostics.ChiSquared jarqueBera) {}

  @Override
  protected Object run() throws Exception {
    fromOptions(input::checked);
    if (lags < 0) {
      throw badOption("--lags", lags, "a whole number from 0");
    }
    requireWritable("--plot", plot, ".png", ".html");
    Path picture = plot;
    PlotFile file = picture == null ? null : fromOptions(() -> new PlotFile(picture));
    List<Map<String, @Nullable Object>> series = new ArrayList<>();
    Batch batch = new Batch();
    ArimaInput.Work work = input.read(0);
    boolean several = work.series().size() > 1;
    batch.run(
        work,
        common().threads(),
        this::stopRequested,
        s -> diagnose(work.fit().of(s), work.season()),
        (s, d) -> {
          output().println(text(s, d));
          if (common().json()) {
            series.add(json(s, d));
          }
          if (file != null) {
            String spec = d.result.fit().spec().toString();
            file.of(s.id(), several)
                .write(ResidualPicture.of(s.id() + ": " + spec, d.residuals, d.acf), text(s, d));
          }
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("series", series);
    json.put("failed", batch.failed());
    return json;
  }

  private Diagnosis diagnose(AutoResult result, int season) {
    ArimaFit fit = result.fit();
    double[] residuals = fit.residuals();
    int n = residuals.length;
    int fitted = fit.spec().armaCount();
    int usual = Math.max(fitted + 3, Diagnostics.usualLags(n, season));
    int used = Math.min(lags > 0 ? lags : usual, n - 1);
    int shown = Math.min(Math.max(used, 24), n - 1);
    return new Diagnosis(
        result,
        residuals,
        Diagnostics.acf(residuals, shown),
        Diagnostics.pacf(residuals, shown),
        used,
        Diagnostics.ljungBox(residuals, used, fitted),
        Diagnostics.jarqueBera(residuals));
  }

  private static String text(InputSeries series, Diagnosis d) {
    return Results.summary(series, d.result)
        + String.format(
            Locale.ROOT,
            "%nLjung-Box test: Q* = %.4f, df = %d, p-value = %.4g (lags used: %d)%n",
            d.ljungBox.statistic(),
            d.ljungBox.degreesOfFreedom(),
            d.ljungBox.pValue(),
            d.lags)
        + String.format(
            Locale.ROOT,
            "Jarque-Bera test: JB = %.4f, df = 2, p-value = %.4g%n",
            d.jarqueBera.statistic(),
            d.jarqueBera.pValue())
        + String.format("ACF:  %s%n", rounded(Arrays.copyOfRange(d.acf, 1, d.acf.length)))
        + String.format("PACF: %s%n", rounded(d.pacf));
  }

  private static String rounded(double[] values) {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(String.format(Locale.ROOT, "%.3f ", value));
    }
    return text.toString().strip();
  }

  private static Map<String, @Nullable Object> json(InputSeries series, Diagnosis d) {
    Map<String, @Nullable Object> json = Results.json(series, d.result, null, List.of());
    json.put("ljung_box", test(d.ljungBox, d.lags));
    json.put("jarque_bera", test(d.jarqueBera, 0));
    json.put("acf", Results.finite(d.acf));
    json.put("pacf", Results.finite(d.pacf));
    json.put("residuals", Results.finite(d.residuals));
    return json;
  }

  private static Map<String, @Nullable Object> test(Diagnostics.ChiSquared test, int lags) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("statistic", Results.finite(test.statistic()));
    json.put("degrees_of_freedom", test.degreesOfFreedom());
    json.put("p_value", Results.finite(test.pValue()));
    if (lags > 0) {
      json.put("lags", lags);
    }
    return json;
  }
}
