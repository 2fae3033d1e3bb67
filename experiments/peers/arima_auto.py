#!/usr/bin/env python3
"""statsforecast, and R's forecast where Rscript has it, beside Chainrule's ARIMA on one core.

Work: `auto` chooses and fits a model for every series of a file, `airline` fits the airline model
to the logarithms of the first. Each setting runs in a process of its own after one warm-up; its
figure is the time of all series together. Prints one JSON object; `loss` is the mean of all
values, which tells whether both had the same data, and `aicc` holds what was reached.

    arima_auto.py auto --season 4 --weights SERIES.csv
"""

import argparse
import csv
import json
import math
import os
import shutil
import subprocess
import sys
import time

R_SCRIPT = """
suppressPackageStartupMessages(library(forecast))
arguments <- commandArgs(TRUE)
rows <- read.csv(arguments[1], stringsAsFactors = FALSE)
season <- as.integer(arguments[2])
series <- lapply(split(rows$y, factor(rows$unique_id, unique(rows$unique_id))),
                 ts, frequency = season)
work <- function(y) {
  if (arguments[3] == "auto") auto.arima(y)
  else Arima(log(y), order = c(0, 1, 1), seasonal = c(0, 1, 1))
}
repeats <- as.integer(arguments[4])
invisible(work(series[[1]]))
elapsed <- system.time(for (i in seq_len(repeats)) {
  aicc <- vapply(series, function(y) tryCatch(work(y)$aicc, error = function(e) NaN), 0.0)
})[["elapsed"]]
cat(sprintf("%.6f %.10g\\n", 1000 * elapsed / repeats, mean(rows$y)))
cat(sprintf("%.6f", aicc), "\\n")
"""


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("work", choices=["auto", "airline"])
    parser.add_argument("--weights", required=True, help="the series: CSV, unique_id and y")
    parser.add_argument("--season", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="ignored: one core each")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--without-r", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def read(file):
    import numpy

    series = {}
    with open(file, newline="") as rows:
        for row in csv.DictReader(rows):
            series.setdefault(row["unique_id"], []).append(float(row["y"]))
    return [numpy.array(values) for values in series.values()]


def statsforecast(arguments):
    """Times this process's own work."""
    from statsforecast.arima import Arima, auto_arima_f
    import numpy

    series = read(arguments.weights)

    def work(values):
        if arguments.work == "auto":
            return auto_arima_f(values, period=arguments.season)["aicc"]
        seasonal = {"order": (0, 1, 1), "period": arguments.season}
        return Arima(numpy.log(values), order=(0, 1, 1), seasonal=seasonal,
                     method="CSS-ML")["aicc"]

    work(series[0])
    start = time.perf_counter()
    aicc = []
    for _ in range(arguments.repeats):
        aicc = [float(work(values)) for values in series]
    milliseconds = 1e3 * (time.perf_counter() - start) / arguments.repeats
    return {"loss": float(numpy.concatenate(series).mean()),
            "milliseconds": milliseconds,
            "aicc": [value if math.isfinite(value) else None for value in aicc]}


def r(arguments):
    command = ["Rscript", "-e", R_SCRIPT, arguments.weights, str(arguments.season),
               arguments.work, str(arguments.repeats)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        return {"setting": "R forecast", "error": done.stderr.strip().splitlines()[-1:]}
    first, second = done.stdout.splitlines()[:2]
    milliseconds, mean = map(float, first.split())
    aicc = [float(value) for value in second.split()]
    return {"setting": "R forecast", "loss": mean, "milliseconds": milliseconds,
            "aicc": [value if math.isfinite(value) else None for value in aicc]}


def main():
    arguments = parse()
    if arguments.one:
        print(json.dumps(statsforecast(arguments)))
        return
    command = [sys.executable, os.path.abspath(__file__), *sys.argv[1:], "--one"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    results = []
    if done.returncode == 0:
        results.append({"setting": "statsforecast", **json.loads(done.stdout.splitlines()[-1])})
    else:
        results.append(
            {"setting": "statsforecast", "error": done.stderr.strip().splitlines()[-1:]}
        )
    if shutil.which("Rscript") and not arguments.without_r:
        results.append(r(arguments))
    for result in results:
        print(result["setting"], result.get("milliseconds", result.get("error")), file=sys.stderr)
    print(json.dumps({"work": arguments.work, "results": results}))


if __name__ == "__main__":
    main()
