package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.graft.torch.LockFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HubCacheTest {
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(3).nextBytes(CONTENT);
  }

  @TempDir Path dir;
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private Path folder;
  private String name;
  private HttpServer server;
  private ExecutorService threads;

  /** How the server answers a request. */
  private interface Answer {
    void to(HttpExchange exchange, int request) throws IOException;
  }

  @BeforeEach
  void start() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(CONTENT);
    name = "tiny-" + HexFormat.of().formatHex(digest).substring(0, 8) + ".pth";
    folder = dir.resolve("hub/checkpoints");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void downloadsAWholeFile_andTellsHowItGoes() throws IOException {
    answer((exchange, request) -> send(exchange, 200, CONTENT, CONTENT.length));
    List<Long> bytes = new ArrayList<>();

    Path file = cache().fetch(name, (done, total) -> bytes.add(done), () -> false);

    assertThat(file).isEqualTo(folder.resolve(name)).hasBinaryContent(CONTENT);
    assertThat(bytes).isSorted().endsWith((long) CONTENT.length);
    assertThat(filesInFolder()).containsExactly(name);
  }

  @Test
  void doesNotAskTheServer_forWhatIsThere() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), CONTENT);

    assertThat(fetch()).isEqualTo(folder.resolve(name));
    assertThat(ranges).isEmpty();
  }

  @Test
  void refusesWrongContentThatIsThere_andSaysWhatToDelete() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), new byte[3]);

    assertThatThrownBy(this::fetch)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(folder.resolve(name).toString())
        .hasMessageContaining("SHA-256 does not begin with")
        .hasMessageContaining("Delete it");
  }

  @Test
  void resumesAfterACutConnection() throws IOException {
    answer(
        (exchange, request) -> {
          if (request == 0) {
            send(exchange, 200, Arrays.copyOf(CONTENT, 100_000), CONTENT.length);
          } else {
            sendRest(exchange);
          }
        });

    assertThat(fetch()).hasBinaryContent(CONTENT);
    assertThat(ranges).hasSize(2);
    assertThat(ranges.get(0)).isEmpty();
    assertThat(ranges.get(1)).matches("bytes=[1-9]\\d*-");
  }

  @Test
  void aLaterCallResumes_whatOneLeftThatGaveUp() throws IOException {
    answer(
        (exchange, request) -> {
          if (request < 3) {
            send(exchange, request == 0 ? 200 : 206, Arrays.copyOf(CONTENT, 100_000), 300_000);
          } else {
            sendRest(exchange);
          }
        });
    assertThatThrownBy(this::fetch).hasMessageContaining("the connection was lost");
    assertThat(filesInFolder()).containsExactly(name + ".partial");

    assertThat(fetch()).hasBinaryContent(CONTENT);
  }

  @Test
  void startsAgain_ifTheServerIgnoresRange() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name + ".partial"), new byte[5]);
    answer((exchange, request) -> send(exchange, 200, CONTENT, CONTENT.length));

    assertThat(fetch()).hasBinaryContent(CONTENT);
    assertThat(ranges).containsExactly("bytes=5-");
  }

  @Test
  void startsAgain_ifWhatWasThereWasOfAnotherFile() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name + ".partial"), new byte[5]);
    answer((exchange, request) -> sendRest(exchange));

    assertThat(fetch()).hasBinaryContent(CONTENT);
    assertThat(ranges).containsExactly("bytes=5-", "");
  }

  @Test
  void startsAgain_ifTheServerCannotResume() throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name + ".partial"), new byte[CONTENT.length + 1]);
    answer(
        (exchange, request) -> {
          if (request == 0) {
            send(exchange, 416, new byte[0], 0);
          } else {
            send(exchange, 200, CONTENT, CONTENT.length);
          }
        });

    assertThat(fetch()).hasBinaryContent(CONTENT);
  }

  @Test
  void followsRedirects() throws IOException {
    answer(
        (exchange, request) -> {
          if (request == 0) {
            exchange.getResponseHeaders().add("Location", "/models/elsewhere");
            send(exchange, 302, new byte[0], 0);
          } else {
            send(exchange, 200, CONTENT, CONTENT.length);
          }
        });

    assertThat(fetch()).hasBinaryContent(CONTENT);
  }

  @Test
  void refusesWrongContent_andKeepsNothing() throws IOException {
    answer((exchange, request) -> send(exchange, 200, new byte[10], 10));

    failed("another SHA-256 than the file's name says");
    assertThat(filesInFolder()).doesNotContain(name, name + ".partial");
  }

  @Test
  void saysWhereAFileCanBePut_ifTheServerHasNone_andLeavesNothing() throws IOException {
    answer((exchange, request) -> send(exchange, 404, new byte[10], 10));

    failed("the server answered with status 404");
    assertThat(filesInFolder()).isEmpty();
  }

  @Test
  void saysWhereAFileCanBePut_ifThereIsNoServer_andLeavesNothing() throws IOException {
    server.stop(0);

    failed("the server cannot be reached");
    assertThat(filesInFolder()).isEmpty();
  }

  @Test
  void saysThatTheFolderCannotBeWritten() throws IOException {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "a file");

    assertThatThrownBy(this::fetch)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("Cannot keep")
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("TORCH_HOME");
  }

  @Test
  void canBeCancelled_whileTheServerIsSilent() {
    answer(
        (exchange, request) -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 1000);
          exchange.getResponseBody().flush();
          sleep();
        });
    long[] seen = new long[1];

    assertThatThrownBy(
            () -> cache().fetch(name, (bytes, total) -> seen[0] = bytes, () -> seen[0] > 0))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("was cancelled");
    assertThat(folder.resolve(name)).doesNotExist();
    assertThat(folder.resolve(name + ".partial")).exists();
  }

  @Test
  void twoAtOnce_downloadOnce() throws Exception {
    answer(
        (exchange, request) -> {
          sleepBriefly();
          send(exchange, 200, CONTENT, CONTENT.length);
        });

    Callable<Path> fetch = this::fetch;
    for (Future<Path> path : threads.invokeAll(List.of(fetch, fetch, fetch))) {
      assertThat(path.get()).hasBinaryContent(CONTENT);
    }
    assertThat(ranges).hasSize(1);
    assertThat(filesInFolder()).containsExactly(name);
  }

  @Test
  void tellsOnce_thatAnotherDownloadsTheFile() throws Exception {
    Files.createDirectories(folder);
    List<Path> waiting = new CopyOnWriteArrayList<>();
    var progress =
        new HubCache.Progress() {
          @Override
          public void on(long bytes, long total) {}

          @Override
          public void waiting(Path file) {
            waiting.add(file);
          }
        };
    Future<Path> fetched;
    try (LockFile other = LockFile.tryTake(folder.resolve(name + ".partial.lock")).orElseThrow()) {
      fetched = threads.submit(() -> cache().fetch(name, progress, () -> false));
      Thread.sleep(500);
      assertThat(waiting).isEmpty();
      Thread.sleep(2000);
      Files.write(folder.resolve(name), CONTENT);
    }
    assertThat(fetched.get()).hasBinaryContent(CONTENT);
    assertThat(waiting).containsExactly(folder.resolve(name).toAbsolutePath());
    assertThat(ranges).isEmpty();
    assertThat(filesInFolder()).containsExactly(name);
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeOrALinkInTheCacheIsRefused_notOpened() throws Exception {
    Files.createDirectories(folder);
    answer((exchange, request) -> send(exchange, 200, CONTENT, CONTENT.length));
    Path mine = Files.writeString(dir.resolve("mine"), "mine");
    for (String ending : List.of(".partial", ".partial.lock")) {
      Path file = folder.resolve(name + ending);
      assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
      refusedAsNotRegular(file);
      Files.delete(file);
      Files.createSymbolicLink(file, mine);
      refusedAsNotRegular(file);
      Files.delete(file);
    }
    assertThat(mine).hasContent("mine");
  }

  private void refusedAsNotRegular(Path file) {
    assertThatThrownBy(this::fetch)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(
            " in " + folder + ": " + file.getFileName() + " there is no regular file. Delete it.");
  }

  @Test
  void aPasswordInTheAddressIsNotShown() {
    server.stop(0);
    int port = server.getAddress().getPort();
    for (String host : List.of("127.0.0.1:" + port, "my_host")) {
      URI address = URI.create("http://me:s3cret@" + host + "/m/");
      assertThatThrownBy(
              () -> new HubCache(folder, address).fetch(name, (bytes, total) -> {}, () -> false))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("http://…@" + host + "/m/")
          .hasMessageNotContainingAny("s3cret", "me:");
    }
  }

  @Test
  void theSchemeMayBeInCapitals_andAHostsNameThatIsNotValidIsCalledThat() {
    answer((exchange, request) -> send(exchange, 200, CONTENT, CONTENT.length));
    int port = server.getAddress().getPort();
    var cache = new HubCache(folder, URI.create("HTTP://127.0.0.1:" + port + "/models"));
    assertThat(cache.fetch(name, (bytes, total) -> {}, () -> false)).hasBinaryContent(CONTENT);

    assertThatThrownBy(() -> new HubCache(folder, URI.create("http://my_host:80/")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("http://my_host:80/: the name of its host is not valid");
  }

  @Test
  void downloadsThroughTheProxyOfTheEnvironment() {
    answer((exchange, request) -> send(exchange, 200, CONTENT, CONTENT.length));
    URI nowhere = URI.create("http://weights.invalid/models/");
    int port = server.getAddress().getPort();

    var cache = new HubCache(folder, nowhere, Map.of("http_proxy", "http://127.0.0.1:" + port));
    assertThat(cache.fetch(name, (bytes, total) -> {}, () -> false)).hasBinaryContent(CONTENT);

    server.stop(0);
    assertThatThrownBy(() -> cache.fetch("x-0.pth", (bytes, total) -> {}, () -> false))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("Cannot download http://weights.invalid/models/x-0.pth through the")
        .hasMessageContaining("proxy 127.0.0.1:" + port + ": the server cannot be reached");
  }

  @Test
  void refusesAFileThatNeverEnds_beforeItFillsTheDisk() {
    answer((exchange, request) -> send(exchange, 200, new byte[10], (1L << 31) + 1));

    failed("the server sends more than 2147483648 bytes");
  }

  @Test
  void refusesWhatIsThere_ifItIsNoRegularFile() throws IOException {
    Files.createDirectories(folder);
    Files.createSymbolicLink(folder.resolve(name), Path.of("/dev/zero"));

    assertThatThrownBy(this::fetch)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("it is no regular file");
    assertThatThrownBy(() -> FileDigest.sha256(Path.of("/dev/zero")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("it is no regular file");
  }

  @Test
  void refusesAddresses_thatAreNotOfTheWeb() {
    for (String address : List.of("ftp://host/models/", "/models/", "http:models")) {
      assertThatThrownBy(() -> new HubCache(folder, URI.create(address)))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(address)
          .hasMessageContaining("graft.weights.url");
    }
  }

  @Test
  void namesTheOfficialFiles() {
    assertThat(HubWeights.of("resnet18").orElseThrow().fileName())
        .isEqualTo("resnet18-f37072fd.pth");
    assertThat(HubCache.names()).contains("resnet50", "vit_b_16").hasSize(9);
    assertThatThrownBy(() -> cache().get("vgg16", (bytes, total) -> {}, () -> false))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("no official weights of vgg16")
        .hasMessageContaining("resnet18, resnet34");
  }

  @Test
  void looksWherePythonLooks() {
    Path home = Path.of("/home/me");
    Map<String, String> homes = Map.of("HOME", "/other", "USERPROFILE", "/other");

    assertThat(HubCache.folder(homes, home))
        .isEqualTo(Path.of("/other/.cache/torch/hub/checkpoints"));
    assertThat(HubCache.folder(Map.of("HOME", "/other", "TORCH_HOME", "~/t"), home))
        .isEqualTo(Path.of("/other/t/hub/checkpoints"));
    assertThat(HubCache.folder(Map.of("HOME", "", "USERPROFILE", ""), home))
        .isEqualTo(home.resolve(".cache/torch/hub/checkpoints"));
    assertThat(HubCache.folder(Map.of(), home))
        .isEqualTo(home.resolve(".cache/torch/hub/checkpoints"));
    assertThat(HubCache.folder(Map.of("XDG_CACHE_HOME", "/cache"), home))
        .isEqualTo(Path.of("/cache/torch/hub/checkpoints"));
    assertThat(HubCache.folder(Map.of("XDG_CACHE_HOME", "/cache", "TORCH_HOME", "~/t"), home))
        .isEqualTo(home.resolve("t/hub/checkpoints"));
  }

  private HubCache cache() {
    int port = server.getAddress().getPort();
    return new HubCache(folder, URI.create("http://127.0.0.1:" + port + "/models"));
  }

  private Path fetch() {
    return cache().fetch(name, (bytes, total) -> {}, () -> false);
  }

  private void failed(String why) {
    assertThatThrownBy(this::fetch)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("Cannot download http://127.0.0.1:")
        .hasMessageContaining(why)
        .hasMessageContaining("put it into " + folder + " as " + name);
  }

  private void answer(Answer answer) {
    server.createContext(
        "/models/",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          int request;
          synchronized (ranges) {
            request = ranges.size();
            ranges.add(range == null ? "" : range);
          }
          answer.to(exchange, request);
        });
  }

  /** Sends some bytes of a body that should have more, or all of it. */
  private static void send(HttpExchange exchange, int status, byte[] body, long length)
      throws IOException {
    if (status == 206) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      String from = range.substring("bytes=".length());
      exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "299999/300000");
    }
    exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
    if (length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static void sendRest(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, CONTENT, CONTENT.length);
      return;
    }
    int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    byte[] rest = Arrays.copyOfRange(CONTENT, from, CONTENT.length);
    send(exchange, 206, rest, rest.length);
  }

  private static void sleep() {
    try {
      Thread.sleep(50_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleepBriefly() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> filesInFolder() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
