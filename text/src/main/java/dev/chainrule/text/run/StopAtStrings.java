package dev.chainrule.text.run;

import dev.chainrule.core.sampling.StopCondition;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Ends a stream with the token that completes one of some strings. */
final class StopAtStrings implements StopCondition {
  private final StopStrings stops;
  private final Supplier<StreamingDecoder> decoders;
  private final Map<Integer, Written> streams = new HashMap<>();

  StopAtStrings(StopStrings stops, Supplier<StreamingDecoder> decoders) {
    this.stops = stops;
    this.decoders = decoders;
  }

  private record Written(StreamingDecoder decoder, StringBuilder text) {}

  @Override
  public boolean stops(int stream, double[] element) {
    if (stops.longest() == 0) {
      return false;
    }
    Written written =
        streams.computeIfAbsent(stream, number -> new Written(decoders.get(), new StringBuilder()));
    StringBuilder text = written.text();
    // Older characters can be part of no stop that is not yet found.
    text.delete(0, text.length() - Math.min(text.length(), stops.longest() - 1));
    text.append(written.decoder().push((int) element[0]));
    return stops.in(text) >= 0;
  }
}
