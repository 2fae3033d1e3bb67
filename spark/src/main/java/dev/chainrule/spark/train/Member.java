package dev.chainrule.spark.train;

import dev.chainrule.base.InputException;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.RingPeers;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.experiments.Main;
import dev.chainrule.experiments.cluster.SharedTraining;
import dev.chainrule.spark.StopSign;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.BarrierTaskContext;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * One process of a training: a task of a stage whose tasks all run at the same time. They tell each
 * other where they are, join a ring and train.
 *
 * @see SparkTraining
 */
final class Member
    extends AbstractFunction1<
        scala.collection.Iterator<Integer>, scala.collection.Iterator<Member.Trained>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** For a process to be begun, and for the slowest one in each step. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ArrayList<String> words;
  private final String out;
  private final String signs;
  private final RingPeers.Format format;
  private final int threads;
  private final long token;

  Member(SharedTraining.Job job, Path signs, long token) {
    words = new ArrayList<>(job.words());
    out = job.out().toString();
    this.signs = signs.toString();
    format = job.gradients();
    threads = job.threads();
    this.token = token;
  }

  @Override
  public scala.collection.Iterator<Member.Trained> apply(scala.collection.Iterator<Integer> ranks) {
    try {
      Iterator<Trained> result = List.of(trained()).iterator();
      return CollectionConverters.asScala(result);
    } catch (IOException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  private Trained trained() throws IOException {
    BarrierTaskContext context = BarrierTaskContext.get();
    int rank = context.partitionId();
    if (!Files.isDirectory(Path.of(out))) {
      throw new InputException(
          "%s: is no folder on an executor, expected --out on a file system that all machines share."
              .formatted(out));
    }
    try (ServerSocket own = new ServerSocket(0)) {
      String host = context.getTaskInfos()[rank].address().replaceFirst(":\\d+$", "");
      String[] all = context.allGather(host + " " + own.getLocalPort());
      List<InetSocketAddress> addresses = Arrays.stream(all).map(Member::address).toList();
      try (RingPeers peers = RingPeers.join(own, rank, addresses, token, format, PATIENCE)) {
        List<TrainingListener> listeners =
            rank == 0
                ? List.of(new ProgressFile.Writer(Path.of(signs, SparkTraining.PROGRESS)))
                : List.of();
        BooleanSupplier stop = new StopSign(Path.of(signs, SparkTraining.STOP));
        long begun = System.nanoTime();
        TrainingRun.Result result = command().goOn(peers, threads, listeners, stop);
        double whole = (System.nanoTime() - begun) / 1e9;
        return new Trained(result, peers.seconds() / whole, peers.bytes());
      }
    }
  }

  private static InetSocketAddress address(String words) {
    int space = words.indexOf(' ');
    return new InetSocketAddress(
        words.substring(0, space), Integer.parseInt(words.substring(space + 1)));
  }

  private SharedTraining command() {
    List<String> more = new ArrayList<>(words);
    if (more.stream().noneMatch(word -> word.equals("--out") || word.startsWith("--out="))) {
      more.add("--out=" + out);
    }
    return (SharedTraining) Main.command(more);
  }

  /**
   * What a process came to.
   *
   * @param share of its time that was spent in sums
   * @param bytes sent for them
   */
  record Trained(TrainingRun.Result result, double share, long bytes) implements Serializable {}
}
