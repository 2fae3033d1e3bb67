package dev.chainrule.experiments.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what a run was made: {@code provenance.json} of its folder.
 *
 * @param version of the program
 * @param commit of the program's sources; null where they are no clone, or git is not there
 * @param clean whether the sources were as they are in the commit; null where there is none
 * @param jdk version and vendor
 * @param processor its name as the system gives it
 * @param cores that the JVM sees
 * @param blas library and set of kernels of the matrix product
 * @param gpus that there are, whether used or not
 * @param engine that computed
 * @param threads that computed
 * @param host its name
 * @param started when the run began or last went on, ISO 8601 in UTC
 * @param ended when it ended; null before
 * @param data files that were read
 */
public record Provenance(
    String version,
    @Nullable String commit,
    @Nullable Boolean clean,
    String jdk,
    String processor,
    int cores,
    String blas,
    List<String> gpus,
    String engine,
    int threads,
    String host,
    String started,
    @Nullable String ended,
    List<DataFile> data) {
  /**
   * A file, or what the program makes by itself.
   *
   * @param name as the experiment has it, or below what it has
   * @param bytes its size; null of what is made in code
   * @param sha256 of all its bytes; null of what is made in code
   */
  public record DataFile(String name, @Nullable Long bytes, @Nullable String sha256) {}

  public Provenance {
    gpus = List.copyOf(gpus);
    data = List.copyOf(data);
  }

  /** The same, at its end. */
  public Provenance ended(String time) {
    return new Provenance(
        version, commit, clean, jdk, processor, cores, blas, gpus, engine, threads, host, started,
        time, data);
  }
}
