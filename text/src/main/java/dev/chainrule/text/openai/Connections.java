package dev.chainrule.text.openai;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The connections of a server as Linux lists them ({@code proc(5)}): the server of the JDK looks at
 * one only when it writes, and before an answer there is nothing to write. Elsewhere nothing is
 * known, and everyone is taken to be there.
 */
final class Connections {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final String ESTABLISHED = "01";
  private static final String LISTENS = "0A";
  private static final Duration FRESH = Duration.ofMillis(500);

  private final String port;
  private Set<String> open = Set.of();
  private boolean known;
  private long read = System.nanoTime() - FRESH.toNanos();

  /**
   * Those of a server.
   *
   * @param port where it listens
   */
  Connections(int port) {
    this.port = ":%04X".formatted(port);
  }

  /**
   * Whether a client has closed its side, or is gone.
   *
   * @param local its end here
   * @param remote its own end
   */
  synchronized boolean isGone(InetSocketAddress local, InetSocketAddress remote) {
    if (System.nanoTime() - read >= FRESH.toNanos()) {
      read();
      read = System.nanoTime();
    }
    return known
        && !open.contains(plain(local) + " " + plain(remote))
        && !open.contains(mapped(local) + " " + mapped(remote));
  }

  private void read() {
    Set<String> found = new HashSet<>();
    boolean listens = false;
    for (Path table : TABLES) {
      try {
        for (String line : Files.readAllLines(table)) {
          // sl local_address rem_address st ...
          String[] columns = line.strip().split("\\s+", 5);
          if (columns.length == 5 && columns[1].endsWith(port)) {
            listens |= columns[3].equals(LISTENS);
            if (columns[3].equals(ESTABLISHED)) {
              found.add(columns[1] + " " + columns[2]);
            }
          }
        }
      } catch (IOException none) {
        // Another system, or one without this version of IP.
      }
    }
    // Where the server itself is not listed, the list is of another network.
    known = listens;
    open = found;
  }

  private static String plain(InetSocketAddress end) {
    return hex(end.getAddress().getAddress()) + ":%04X".formatted(end.getPort());
  }

  /** An address of IPv4 as sockets of IPv6 have it. */
  private static String mapped(InetSocketAddress end) {
    InetAddress address = end.getAddress();
    return (address instanceof Inet4Address ? "0000000000000000FFFF0000" : "") + plain(end);
  }

  /** Words of four bytes, the last byte of each first. */
  private static String hex(byte[] address) {
    StringBuilder hex = new StringBuilder();
    for (int word = 0; word < address.length; word += 4) {
      for (int i = 3; i >= 0; i--) {
        hex.append("%02x".formatted(address[word + i]));
      }
    }
    return hex.toString().toUpperCase(Locale.ROOT);
  }
}
