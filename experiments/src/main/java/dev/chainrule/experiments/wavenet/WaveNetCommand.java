package dev.chainrule.experiments.wavenet;

import picocli.CommandLine.Command;

/** {@code chainrule wavenet}. */
@Command(
    name = "wavenet",
    description = "WaveNet: speech and music, sample by sample.",
    subcommands = {
      WaveNetTrain.class,
      WaveNetEval.class,
      WaveNetSample.class,
      WaveNetContinue.class,
      WaveNetVocode.class,
      WaveNetRecognize.class
    })
public final class WaveNetCommand {}
