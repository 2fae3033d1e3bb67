package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The proxy that the environment names, as curl and pip read it; the JDK itself does not. */
final class ProxyVariable {
  private static final int HTTP_PORT = 80;

  private ProxyVariable() {}

  /**
   * The proxy for an address: {@code https_proxy} or {@code HTTPS_PROXY} for https, {@code
   * http_proxy} else, unless the host is one of {@code no_proxy}; the JDK's default without.
   *
   * @throws InputException if the variable holds no address of a host
   */
  static ProxySelector select(URI address, UnaryOperator<@Nullable String> environment) {
    boolean secure = "https".equals(address.getScheme());
    String name = secure ? "https_proxy" : "http_proxy";
    String value = environment.apply(name);
    if (value == null && secure) {
      name = "HTTPS_PROXY";
      value = environment.apply(name);
    }
    if (value == null || value.isBlank() || isExcepted(address.getHost(), environment)) {
      return ProxySelector.getDefault();
    }
    URI proxy = parse(value.contains("://") ? value : "http://" + value);
    if (proxy == null || proxy.getHost() == null) {
      throw new InputException(
          "%s: names \"%s\", expected an address such as http://host:3128".formatted(name, value));
    }
    int port = proxy.getPort() < 0 ? HTTP_PORT : proxy.getPort();
    return ProxySelector.of(new InetSocketAddress(proxy.getHost(), port));
  }

  private static @Nullable URI parse(String address) {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isExcepted(String host, UnaryOperator<@Nullable String> environment) {
    String lower = environment.apply("no_proxy");
    String list = lower != null ? lower : environment.apply("NO_PROXY");
    if (list == null) {
      return false;
    }
    for (String entry : list.split(",", -1)) {
      String suffix = entry.strip().replaceFirst("^\\*?\\.", "");
      if (suffix.equals("*")
          || (!suffix.isEmpty() && (host.equals(suffix) || host.endsWith("." + suffix)))) {
        return true;
      }
    }
    return false;
  }
}
