package dev.chainrule.experiments.mlflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a run that was to be sent.
 *
 * @param run its folder
 * @param id of the run of MLflow; null where none was made
 * @param state whether it was sent
 * @param params that were sent
 * @param metrics values of all curves that were sent, results included
 * @param files that were sent, by name
 * @param filesLeft why not all files were sent; null where they were
 */
public record Sent(
    String run,
    @Nullable String id,
    State state,
    int params,
    int metrics,
    List<String> files,
    @Nullable String filesLeft) {
  /** What may become of it. */
  public enum State {
    /** It is there now. */
    SENT,
    /** It was there, and was left as it is. */
    THERE,
    /** It has not ended yet, so that it was not sent. */
    RUNNING
  }

  public Sent {
    files = List.copyOf(files);
  }

  static Sent not(String run, @Nullable String id, State state) {
    return new Sent(run, id, state, 0, 0, List.of(), null);
  }

  /** The same in a sentence. */
  String sentence() {
    return switch (state) {
      case SENT ->
          "sent as %s, %d params, %d values of metrics, %d files%s"
              .formatted(
                  id, params, metrics, files.size(), filesLeft == null ? "" : "; " + filesLeft);
      case THERE -> "is there as " + id;
      case RUNNING -> "has not ended, not sent";
    };
  }
}
