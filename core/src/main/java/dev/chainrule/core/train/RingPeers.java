package dev.chainrule.core.train;

import static java.util.Objects.requireNonNullElse;

import dev.chainrule.core.array.Bfloat16;
import dev.chainrule.core.array.Tensor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Processes in a ring, each connected to the next one by TCP. A sum goes round twice, in as many
 * parts as there are processes (Patarasuk and Yuan 2009): first each part is added up on its way
 * through all, then the finished parts go round. So each process sends and receives at the same
 * time, and {@code 2 (n - 1) / n} times the gradient whatever the number of processes.
 */
public final class RingPeers implements Peers, AutoCloseable {
  /** How gradients travel. */
  public enum Format {
    FLOAT32(4),
    /** Half of the bytes; each of the additions on the way rounds to 8 bits. */
    BFLOAT16(2);

    private final int bytes;

    Format(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Numbers in one piece: what is received of it is added while the next piece is on its way. */
  private static final int PIECE = 1 << 16;

  private static final int GREETING = 0x43524E47;

  private final int rank;
  private final List<InetSocketAddress> addresses;
  private final Format format;
  private final Socket previous;
  private final Socket next;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final ExecutorService sender = Executors.newSingleThreadExecutor(RingPeers::daemon);
  private final byte[] sent = new byte[4 * PIECE];
  private final byte[] received = new byte[4 * PIECE];
  private final float[] outgoing = new float[PIECE];
  private final float[] incoming = new float[PIECE];
  private final float[] own = new float[PIECE];
  private long nanos;
  private long bytes;

  private RingPeers(
      int rank, List<InetSocketAddress> addresses, Format format, Socket previous, Socket next)
      throws IOException {
    this.rank = rank;
    this.addresses = List.copyOf(addresses);
    this.format = format;
    this.previous = previous;
    this.next = next;
    in = new DataInputStream(previous.getInputStream());
    out = new DataOutputStream(next.getOutputStream());
  }

  private static Thread daemon(Runnable work) {
    return Thread.ofPlatform().name("chainrule-ring").daemon().unstarted(work);
  }

  /**
   * Joins a ring; returns when both neighbours are connected.
   *
   * @param own where the process before this one connects to; the caller closes it
   * @param rank of this process, from 0
   * @param addresses of all processes, in their order
   * @param token that all processes of the ring know, and no other
   * @param format of gradients on their way, the same in all
   * @param patience for a neighbour to connect, and later for one to go on
   * @throws IOException if a neighbour does not come, or is none
   */
  public static RingPeers join(
      ServerSocket own,
      int rank,
      List<InetSocketAddress> addresses,
      long token,
      Format format,
      Duration patience)
      throws IOException {
    int count = addresses.size();
    int before = (rank + count - 1) % count;
    int millis = Math.toIntExact(patience.toMillis());
    Socket next = new Socket();
    try {
      next.connect(addresses.get((rank + 1) % count), millis);
      next.setTcpNoDelay(true);
      DataOutputStream greeting = new DataOutputStream(next.getOutputStream());
      greeting.writeInt(GREETING);
      greeting.writeLong(token);
      greeting.writeInt(rank);
      own.setSoTimeout(millis);
      Socket previous = accept(own, before, token, millis);
      return new RingPeers(rank, addresses, format, previous, next);
    } catch (SocketTimeoutException e) {
      next.close();
      throw new IOException(
          "process %d of %d was not joined by its neighbours in %d s"
              .formatted(rank, count, patience.toSeconds()),
          e);
    } catch (IOException e) {
      next.close();
      throw e;
    }
  }

  /** Strangers that connect are sent away. */
  private static Socket accept(ServerSocket own, int before, long token, int millis)
      throws IOException {
    while (true) {
      Socket socket = own.accept();
      socket.setSoTimeout(millis);
      socket.setTcpNoDelay(true);
      DataInputStream greeting = new DataInputStream(socket.getInputStream());
      try {
        if (greeting.readInt() == GREETING
            && greeting.readLong() == token
            && greeting.readInt() == before) {
          return socket;
        }
      } catch (IOException e) {
        // Whoever it was has gone.
      }
      socket.close();
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int count() {
    return addresses.size();
  }

  /** Seconds spent in sums so far, waiting for the others included. */
  public double seconds() {
    return nanos / 1e9;
  }

  /** Bytes sent so far. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void sum(Tensor gradients, double[] numbers) throws IOException {
    long begun = System.nanoTime();
    int n = count();
    for (int step = 0; step < n - 1; step++) {
      pass(gradients, rank - step, rank - step - 1, true);
    }
    if (format == Format.BFLOAT16) {
      // As the others will have it.
      round(gradients, rank + 1);
    }
    for (int step = 0; step < n - 1; step++) {
      pass(gradients, rank + 1 - step, rank - step, false);
    }
    sum(numbers);
    nanos += System.nanoTime() - begun;
  }

  private long begin(Tensor all, int part) {
    return all.size() * part / count();
  }

  /** Sends one part while another one comes. */
  private void pass(Tensor all, int sending, int receiving, boolean adds) throws IOException {
    int n = count();
    int give = Math.floorMod(sending, n);
    int take = Math.floorMod(receiving, n);
    together(
        () -> send(all, begin(all, give), begin(all, give + 1)),
        () -> receive(all, begin(all, take), begin(all, take + 1), adds));
  }

  /** Work on a connection. */
  @FunctionalInterface
  private interface Transfer {
    void run() throws IOException;
  }

  private void together(Transfer sending, Transfer receiving) throws IOException {
    Future<?> sent =
        sender.submit(
            () -> {
              sending.run();
              return null;
            });
    try {
      receiving.run();
    } catch (IOException e) {
      // Frees the sender, which may wait for a neighbour that is gone.
      next.close();
      throw gone(Math.floorMod(rank - 1, count()), e);
    }
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw gone((rank + 1) % count(), requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while gradients were sent");
    }
  }

  private IOException gone(int neighbour, Throwable why) {
    return new IOException(
        "process %d of %d (%s) is gone: %s"
            .formatted(neighbour, count(), addresses.get(neighbour), why),
        why);
  }

  private void send(Tensor all, long from, long to) throws IOException {
    OutputStream stream = out;
    for (long at = from; at < to; at += PIECE) {
      int length = (int) Math.min(PIECE, to - at);
      all.read(at, outgoing, 0, length);
      ByteBuffer buffer = ByteBuffer.wrap(sent);
      if (format == Format.FLOAT32) {
        buffer.asFloatBuffer().put(outgoing, 0, length);
      } else {
        for (int i = 0; i < length; i++) {
          buffer.putShort(2 * i, Bfloat16.bits(outgoing[i]));
        }
      }
      stream.write(sent, 0, format.bytes * length);
      bytes += (long) format.bytes * length;
    }
    stream.flush();
  }

  private void receive(Tensor all, long from, long to, boolean adds) throws IOException {
    InputStream stream = in;
    for (long at = from; at < to; at += PIECE) {
      int length = (int) Math.min(PIECE, to - at);
      int expected = format.bytes * length;
      if (stream.readNBytes(received, 0, expected) < expected) {
        throw new IOException("the connection ended");
      }
      ByteBuffer buffer = ByteBuffer.wrap(received);
      if (format == Format.FLOAT32) {
        buffer.asFloatBuffer().get(incoming, 0, length);
      } else {
        for (int i = 0; i < length; i++) {
          incoming[i] = Bfloat16.value(buffer.getShort(2 * i));
        }
      }
      if (adds) {
        all.read(at, own, 0, length);
        for (int i = 0; i < length; i++) {
          incoming[i] += own[i];
        }
      }
      all.write(at, incoming, 0, length);
    }
  }

  private void round(Tensor all, int part) {
    int whole = Math.floorMod(part, count());
    for (long at = begin(all, whole); at < begin(all, whole + 1); at += PIECE) {
      int length = (int) Math.min(PIECE, begin(all, whole + 1) - at);
      all.read(at, own, 0, length);
      for (int i = 0; i < length; i++) {
        own[i] = Bfloat16.value(Bfloat16.bits(own[i]));
      }
      all.write(at, own, 0, length);
    }
  }

  /** All get all numbers, and add them up in the same order. */
  private void sum(double[] numbers) throws IOException {
    int n = count();
    double[][] all = new double[n][numbers.length];
    all[rank] = numbers.clone();
    for (int step = 0; step < n - 1; step++) {
      double[] giving = all[Math.floorMod(rank - step, n)];
      double[] taking = all[Math.floorMod(rank - step - 1, n)];
      together(
          () -> {
            for (double number : giving) {
              out.writeDouble(number);
            }
            out.flush();
          },
          () -> {
            for (int i = 0; i < taking.length; i++) {
              taking[i] = in.readDouble();
            }
          });
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = 0;
      for (double[] each : all) {
        numbers[i] += each[i];
      }
    }
  }

  @Override
  public void close() throws IOException {
    sender.shutdownNow();
    try (previous) {
      next.close();
    }
  }
}
