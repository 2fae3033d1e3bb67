package dev.chainrule.text.openai;

import java.time.Duration;
import java.util.Optional;

/**
 * How an {@link OpenAiServer} listens.
 *
 * @param host address that it listens on
 * @param port 0 for any that is free
 * @param name of the model, as requests call it
 * @param key that requests must have; none lets everyone in
 * @param bodyBytes longest request
 * @param patience within which a request must be answered
 * @param stall for which a client may leave what is sent to it unread
 */
public record ServerConfig(
    String host,
    int port,
    String name,
    Optional<String> key,
    int bodyBytes,
    Duration patience,
    Duration stall) {
  public ServerConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port %d, expected 0 to 65535".formatted(port));
    }
    if (name.isBlank()) {
      throw new IllegalArgumentException("name is empty, expected what requests call the model");
    }
    if (key.isPresent() && key.get().isBlank()) {
      throw new IllegalArgumentException("key is empty, expected some characters");
    }
    if (bodyBytes < 1) {
      throw new IllegalArgumentException("body_bytes %d, expected 1 or more".formatted(bodyBytes));
    }
    requirePositive("patience", patience);
    requirePositive("stall", stall);
  }

  private static void requirePositive(String name, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("%s %s, expected more than 0".formatted(name, time));
    }
  }

  /** On the loopback address, without a key, requests of 4 MB at most, within ten minutes. */
  public static ServerConfig of(String name) {
    return new ServerConfig(
        "127.0.0.1",
        0,
        name,
        Optional.empty(),
        4 << 20,
        Duration.ofMinutes(10),
        Duration.ofSeconds(20));
  }

  /** At another address. */
  public ServerConfig withAddress(String at, int number) {
    return new ServerConfig(at, number, name, key, bodyBytes, patience, stall);
  }

  /** For those who have a key. */
  public ServerConfig withKey(String secret) {
    return new ServerConfig(host, port, name, Optional.of(secret), bodyBytes, patience, stall);
  }

  /** With other limits. */
  public ServerConfig withLimits(int bytes, Duration answer, Duration unread) {
    return new ServerConfig(host, port, name, key, bytes, answer, unread);
  }
}
