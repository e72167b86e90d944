package dev.graft.weights;

import dev.graft.torch.Printable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxy of a download: what Java's system properties say, else the environment variables that
 * Python's urllib reads. Addresses of this machine itself are always reached directly.
 */
final class HubProxy extends ProxySelector {
  private static final Pattern VALUE =
      Pattern.compile("(?:http://)?([^/@:\\[\\]]+|\\[[^/@\\]]+])(?::(\\d{1,5}))?/?");
  private static final Pattern LOCAL = Pattern.compile("localhost|127\\..*|\\[::1]|\\[0.*:1]");
  private static final int DEFAULT_PORT = 80;
  private static final int MAX_PORT = 65535;

  private final Map<String, String> environment;

  HubProxy(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The proxy's host and port, or empty if the address is reached directly. */
  Optional<String> describe(URI address) {
    return select(address).stream()
        .filter(proxy -> proxy.address() instanceof InetSocketAddress)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(proxy -> shown(proxy.getHostString()) + ":" + proxy.getPort())
        .findFirst();
  }

  private static String shown(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  @Override
  public List<Proxy> select(URI address) {
    String scheme = address.getScheme();
    ProxySelector ofJava = ProxySelector.getDefault();
    boolean java =
        System.getProperty(scheme + ".proxyHost") != null
            || System.getProperty("socksProxyHost") != null
            || Boolean.getBoolean("java.net.useSystemProxies");
    if (java && ofJava != null) {
      return ofJava.select(address);
    }
    Optional<String> value = variable(scheme + "_proxy");
    if (value.isEmpty() || isDirect(address)) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(parse(scheme + "_proxy", value.get()));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException cause) {
    // The download itself says so.
  }

  private boolean isDirect(URI address) {
    String host = address.getHost().toLowerCase(Locale.ROOT);
    String withPort = host + ":" + address.getPort();
    if (LOCAL.matcher(host).matches()) {
      return true;
    }
    for (String part : variable("no_proxy").orElse("").toLowerCase(Locale.ROOT).split(",", -1)) {
      String name = part.strip().replaceFirst("^\\.+", "");
      boolean meant =
          name.equals("*")
              || name.equals(host)
              || name.equals(withPort)
              || host.endsWith("." + name)
              || withPort.endsWith("." + name);
      if (!name.isEmpty() && meant) {
        return true;
      }
    }
    return false;
  }

  /** The lower-case variable if it is set, be it to nothing, else the one in capitals. */
  private Optional<String> variable(String name) {
    String lower = environment.get(name);
    String value = lower != null ? lower : environment.get(name.toUpperCase(Locale.ROOT));
    return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The value is not shown where it may hold a password. */
  private static Proxy parse(String variable, String value) {
    Matcher parts = VALUE.matcher(value);
    int port = -1;
    if (parts.matches()) {
      port = parts.group(2) == null ? DEFAULT_PORT : Integer.parseInt(parts.group(2));
    }
    if (port <= 0 || port > MAX_PORT) {
      throw new WeightsException(
          "Cannot use the proxy that the environment variable "
              + variable
              + (value.contains("@")
                  ? " names: it has a user's name, which graft cannot send"
                  : " names: " + Printable.of(value) + " is no address of an http proxy")
              + ". Set it to http://HOST:PORT, or download the file by other means.",
          null);
    }
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(parts.group(1), port));
  }
}
