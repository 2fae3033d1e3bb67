"""Prints what TensorBoard reads of a folder of events, as JSON."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
json.dump(
    {
        "scalars": {t: [[e.step, e.value] for e in events.Scalars(t)] for t in tags["scalars"]},
        "texts": {
            t: [e.tensor_proto.string_val[0].decode() for e in events.Tensors(t)]
            for t in tags["tensors"]
        },
        "images": {
            t: [[e.width, e.height, e.encoded_image_string[1:4].decode()] for e in events.Images(t)]
            for t in tags["images"]
        },
        "audio": {
            t: [
                [e.sample_rate, e.length_frames, e.content_type, e.encoded_audio_string[:4].decode()]
                for e in events.Audio(t)
            ]
            for t in tags["audio"]
        },
        "histograms": {
            t: [
                {
                    "step": e.step,
                    "num": e.histogram_value.num,
                    "min": e.histogram_value.min,
                    "max": e.histogram_value.max,
                    "counted": sum(e.histogram_value.bucket),
                    "rising": sorted(e.histogram_value.bucket_limit)
                    == list(e.histogram_value.bucket_limit),
                }
                for e in events.Histograms(t)
            ]
            for t in tags["histograms"]
        },
    },
    sys.stdout,
)
