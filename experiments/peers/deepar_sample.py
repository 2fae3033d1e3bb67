#!/usr/bin/env python3
"""GluonTS beside Chainrule: forecasts of many series by sample paths of a DeepAR.

The network has the shape of ours and weights of its own: what is drawn differs, the work does not.
Series are read, lagged and scaled by GluonTS's own pipeline. Prints one JSON object.

    deepar_sample.py --series 1000 --paths 100 --horizon 24
"""

import argparse
import json
import logging
import os
import statistics
import time
import warnings

CONTEXT, LENGTH, PERIOD = 168, 240, 24
LAGS = [1, 2, 3, 4, 5, 6, 7, 23, 24, 25]
LAYERS, UNITS = 2, 40
BATCHES = [100, 1000]


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--weights", help="not read: each library has weights of its own")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--paths", type=int, default=100)
    parser.add_argument("--horizon", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=2)
    return parser.parse_args()


def dataset(series):
    import numpy as np
    import pandas as pd
    from gluonts.dataset.common import ListDataset

    start = pd.Period("2020-01-01 00:00", freq="h")
    time_of = np.arange(LENGTH)
    return ListDataset(
        [
            {
                "start": start,
                "target": 10 + number % 7 + np.sin(2 * np.pi * (time_of + number) / PERIOD),
            }
            for number in range(series)
        ],
        freq="h",
    )


def measure(arguments, batch):
    from gluonts.torch import DeepAREstimator

    estimator = DeepAREstimator(
        freq="h",
        prediction_length=arguments.horizon,
        context_length=CONTEXT,
        num_layers=LAYERS,
        hidden_size=UNITS,
        dropout_rate=0.0,
        lags_seq=LAGS,
        batch_size=batch,
        num_parallel_samples=arguments.paths,
    )
    predictor = estimator.create_predictor(
        estimator.create_transformation(), estimator.create_lightning_module()
    )
    data = dataset(arguments.series)
    taken = []
    for _ in range(1 + arguments.repeats):
        begun = time.perf_counter()
        forecasts = list(predictor.predict(data, num_samples=arguments.paths))
        taken.append(time.perf_counter() - begun)
    expected = (arguments.paths, arguments.horizon)
    if len(forecasts) != arguments.series or forecasts[0].samples.shape != expected:
        raise ValueError(f"{len(forecasts)} forecasts of {forecasts[0].samples.shape}")
    return 1e3 * statistics.median(taken[1:])


def main():
    arguments = parse()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    import torch

    torch.set_num_threads(arguments.threads)
    results = []
    for batch in BATCHES:
        setting = f"gluonts, {batch} series at a time"
        try:
            milliseconds = measure(arguments, batch)
            results.append({"setting": setting, "milliseconds": milliseconds, "loss": None})
        except Exception as failure:  # the other settings may work
            results.append({"setting": setting, "error": str(failure)})
    print(json.dumps({"results": results}))


if __name__ == "__main__":
    main()
