package dev.graft.weights;

import dev.graft.torch.Printable;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which {@code torch.hub} and torchvision keep official weights, shared with Python:
 * what either downloads the other finds. Weights are the {@code IMAGENET1K_V1} ones for every
 * model, also where Python's {@code weights="DEFAULT"} means {@code IMAGENET1K_V2} (ResNet-50 and
 * -101 and both MobileNets): one recipe for all, and for those models the one of torchvision's
 * transfer learning tutorial. Other weights can be given as a file.
 */
public final class HubCache {
  private static final String OFFICIAL = "https://download.pytorch.org/models/";

  private final Path folder;
  private final URI address;
  private final HubProxy proxy;

  /** Hears how a download goes. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called now and then during a download, on the thread that downloads.
     *
     * @param bytes how much is there
     * @param total the size of the file, or -1 if the server does not say
     */
    void on(long bytes, long total);

    /**
     * Called once if another process downloads the file and this one has waited for a second. Does
     * nothing unless overridden.
     *
     * @param file what is waited for
     */
    default void waiting(Path file) {}
  }

  /**
   * A cache in a folder of one's choice.
   *
   * @param folder where the files are; created by the first download
   * @param address where they are downloaded from: an http or https address, to whose path, which
   *     ends in a slash, a file's name is added
   * @throws WeightsException if the address is neither http nor https or names no host
   */
  public HubCache(Path folder, URI address) {
    this(folder, address, System.getenv());
  }

  HubCache(Path folder, URI address, Map<String, String> environment) {
    String text = address.toString();
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || address.getAuthority() == null) {
      throw badAddress(text, "it is no http or https address", null);
    } else if (address.getHost() == null) {
      throw badAddress(text, "the name of its host is not valid", null);
    }
    text = scheme + text.substring(scheme.length());
    this.folder = folder;
    this.proxy = new HubProxy(environment);
    this.address = URI.create(text.endsWith("/") ? text : text + "/");
  }

  /**
   * The cache that Python uses: {@code $TORCH_HOME/hub/checkpoints}, else {@code
   * $XDG_CACHE_HOME/torch/hub/checkpoints}, else {@code ~/.cache/torch/hub/checkpoints}. As in
   * Python, {@code ~} is {@code $HOME} ({@code %USERPROFILE%} on Windows), and the account's home
   * folder only where that is not set; an empty variable counts as not set. Downloads from {@code
   * https://download.pytorch.org/models/} or from the address that the system property {@code
   * graft.weights.url} names.
   *
   * @return the cache
   * @throws WeightsException if the property is no http or https address
   */
  public static HubCache standard() {
    String address = System.getProperty("graft.weights.url", OFFICIAL);
    Path folder = folder(System.getenv(), Path.of(System.getProperty("user.home")));
    try {
      return new HubCache(folder, new URI(address));
    } catch (URISyntaxException e) {
      throw badAddress(address, "it is no valid address", e);
    }
  }

  private static WeightsException badAddress(
      String address, String why, @Nullable Exception cause) {
    return new WeightsException(
        "Cannot download weights from "
            + HubMessages.shown(address)
            + ": "
            + why
            + ". Set the system property graft.weights.url to one"
            + " such as "
            + OFFICIAL
            + ".",
        cause);
  }

  /** The account's home folder matters only where the environment names none. */
  static Path folder(Map<String, String> environment, Path account) {
    String named = environment.get(File.separatorChar == '\\' ? "USERPROFILE" : "HOME");
    Path home = named == null || named.isEmpty() ? account : Path.of(named);
    @Nullable String torch = environment.get("TORCH_HOME");
    @Nullable String cache = environment.get("XDG_CACHE_HOME");
    Path root;
    if (torch != null && !torch.isEmpty()) {
      root = expand(torch, home);
    } else if (cache != null && !cache.isEmpty()) {
      root = expand(cache, home).resolve("torch");
    } else {
      root = home.resolve(".cache").resolve("torch");
    }
    return root.resolve("hub").resolve("checkpoints");
  }

  private static Path expand(String path, Path home) {
    return path.equals("~") || path.startsWith("~/")
        ? home.resolve(path.substring(Math.min(2, path.length())))
        : Path.of(path);
  }

  /**
   * Returns the models whose weights are known.
   *
   * @return torchvision's names, for example {@code resnet18}
   */
  public static List<String> names() {
    return Arrays.stream(HubWeights.values()).map(HubWeights::modelName).toList();
  }

  /**
   * Finds a model's weights, downloading them if they are not there. A file that is there is read
   * once to check that the eight hex digits in its name begin its SHA-256.
   *
   * <p>A download goes to a file beside the target whose name ends in {@code .partial}; one that
   * was cut is resumed by the next call, and what is whole and has the right SHA-256 is renamed.
   * While one process downloads a file, another that wants it waits. One that fails before a byte
   * came leaves nothing.
   *
   * <p>A download goes through the proxy that Java's system properties name ({@code
   * https.proxyHost} and the like), else through the one of the environment variables that Python
   * and curl use: {@code https_proxy}, {@code http_proxy} and {@code no_proxy}, or the same in
   * capitals. Redirects are followed, but never from https to http.
   *
   * @param name a model of {@link #names}
   * @param progress hears how a download goes
   * @param cancelled asked often during a download; when it says true, the download ends with an
   *     exception and can be resumed
   * @return the path of the file
   * @throws WeightsException if the name is not known, the file that is there is wrong, or the
   *     download fails or is cancelled; the message names the address, the file and its folder
   */
  public Path get(String name, Progress progress, BooleanSupplier cancelled) {
    return fetch(weights(name).fileName(), progress, cancelled);
  }

  Path fetch(String fileName, Progress progress, BooleanSupplier cancelled) {
    Path target = folder.resolve(fileName);
    if (!Files.exists(target)) {
      new HubDownload(address.resolve(fileName), target, proxy, progress, cancelled).run();
    } else {
      requireItsHash(target);
    }
    return target;
  }

  private static void requireItsHash(Path file) {
    try {
      TorchScriptFile.requireFile(file);
      if (!FileDigest.isNamedIn(file, file.getFileName().toString())) {
        throw new WeightsException(
            file,
            "its SHA-256 does not begin with the eight digits in its name: it is damaged or"
                + " another file",
            "Delete it; the next call downloads it.");
      }
    } catch (IOException e) {
      throw TorchScriptFile.unreadable(file, e);
    }
  }

  private static HubWeights weights(String name) {
    return HubWeights.of(name)
        .orElseThrow(
            () ->
                new WeightsException(
                    "There are no official weights of "
                        + Printable.of(name)
                        + ". Choose one of "
                        + String.join(", ", names())
                        + ", or give a file.",
                    null));
  }
}
