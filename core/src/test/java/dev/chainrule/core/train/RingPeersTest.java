package dev.chainrule.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.train.RingPeers.Format;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class RingPeersTest {
  private static final long TOKEN = 77;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What a process of the ring does. */
  private interface Work<T> {
    T with(RingPeers peers) throws Exception;
  }

  /** Runs a ring of threads. */
  private static <T> List<T> ring(int count, Format format, Work<T> work) throws Exception {
    List<ServerSocket> sockets = new ArrayList<>();
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0, 8, InetAddress.getLoopbackAddress()));
      addresses.add((InetSocketAddress) sockets.getLast().getLocalSocketAddress());
    }
    List<Callable<T>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int rank = i;
      tasks.add(
          () -> {
            try (ServerSocket own = sockets.get(rank);
                RingPeers peers = RingPeers.join(own, rank, addresses, TOKEN, format, PATIENCE)) {
              return work.with(peers);
            }
          });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : pool.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    }
  }

  private static Tensor random(int rank, int size) {
    CounterRandom random = CounterRandom.of(5, rank, size);
    Tensor tensor = Tensor.zeros(DType.FLOAT32, size);
    for (int i = 0; i < size; i++) {
      tensor.set(i, random.nextGaussian());
    }
    return tensor;
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 0", "2, 1", "2, 200001", "3, 2", "3, 100", "5, 65537", "7, 1000"})
  void allHaveTheSumsToTheBitTwiceInARow(int count, int size) throws Exception {
    for (Format format : Format.values()) {
      List<double[]> results =
          ring(
              count,
              format,
              peers -> {
                Tensor gradients = random(peers.rank(), size);
                double[] numbers = {peers.rank() + 1, -0.1};
                peers.sum(gradients, numbers);
                assertThat(numbers[0]).isEqualTo(count * (count + 1) / 2.0);
                peers.sum(gradients, new double[0]);
                return gradients.toDoubles();
              });
      double tolerance = format == Format.FLOAT32 ? 1e-5 : 0.05;
      double[] expected = new double[size];
      for (int rank = 0; rank < count; rank++) {
        Tensor own = random(rank, size);
        for (int i = 0; i < size; i++) {
          expected[i] += count * own.get(i);
        }
      }
      double scale = tolerance * count * count;
      assertThat(results.getFirst()).containsExactly(expected, within(scale));
      results.forEach(other -> assertThat(other).isEqualTo(results.getFirst()));
    }
  }

  @Test
  void aProcessThatLeavesIsNamedByItsNeighbours() {
    assertThatThrownBy(
            () ->
                ring(
                    3,
                    Format.FLOAT32,
                    peers -> {
                      if (peers.rank() == 1) {
                        return 0;
                      }
                      peers.sum(random(peers.rank(), 1 << 20), new double[1]);
                      return 1;
                    }))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageMatching("process [12] of 3 \\(.*\\) is gone: .*");
  }

  @Test
  void aStrangerIsSentAwayAndTheNeighbourStillJoins() throws Exception {
    try (ServerSocket first = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        ServerSocket second = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Socket stranger = new Socket(first.getInetAddress(), first.getLocalPort());
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      new DataOutputStream(stranger.getOutputStream()).writeLong(1);
      stranger.shutdownOutput();
      List<InetSocketAddress> both =
          List.of(
              (InetSocketAddress) first.getLocalSocketAddress(),
              (InetSocketAddress) second.getLocalSocketAddress());
      Future<RingPeers> other =
          pool.submit(() -> RingPeers.join(second, 1, both, TOKEN, Format.FLOAT32, PATIENCE));
      try (RingPeers mine = RingPeers.join(first, 0, both, TOKEN, Format.FLOAT32, PATIENCE);
          RingPeers theirs = other.get()) {
        assertThat(mine.count()).isEqualTo(theirs.count());
      }
    }
  }

  @Test
  void whoIsNotJoinedInTimeSaysSo() throws Exception {
    try (ServerSocket own = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      List<InetSocketAddress> both =
          List.of(
              (InetSocketAddress) own.getLocalSocketAddress(),
              (InetSocketAddress) silent.getLocalSocketAddress());
      assertThatThrownBy(
              () -> RingPeers.join(own, 0, both, TOKEN, Format.FLOAT32, Duration.ofMillis(200)))
          .hasMessage("process 0 of 2 was not joined by its neighbours in 0 s");
    }
  }
}
