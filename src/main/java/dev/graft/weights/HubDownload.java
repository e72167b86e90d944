package dev.graft.weights;

import dev.graft.torch.AtomicFile;
import dev.graft.torch.LockFile;
import dev.graft.weights.HubCache.Progress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * One download: into {@code NAME.partial} beside the target, checked, then renamed. What a cut
 * connection leaves is resumed, by the next attempt or by a later call. That needs no mark of the
 * server's version: the SHA-256 in the name belongs to one content, and where a resumed file does
 * not have it, the file is downloaded from its beginning.
 */
final class HubDownload {
  private static final int ATTEMPTS = 3;

  /** More than any file here has; a server that never ends does not fill the disk. */
  private static final long MAX_BYTES = 2L << 30;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 100;

  /** How often another's lock is found before that is told: for a second. */
  private static final int SILENT_TRIES = 10;

  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final URI address;
  private final Path target;
  private final Path partial;
  private final Progress progress;
  private final BooleanSupplier cancelled;
  private final HubMessages messages;
  private final HttpClient client;

  HubDownload(
      URI address, Path target, HubProxy proxy, Progress progress, BooleanSupplier cancelled) {
    this.address = address;
    this.target = target.toAbsolutePath();
    this.partial = this.target.resolveSibling(this.target.getFileName() + ".partial");
    this.progress = progress;
    this.cancelled = cancelled;
    String way = proxy.describe(address).map(p -> " through the proxy " + p).orElse("");
    this.messages = new HubMessages(address, this.target, way);
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL) // never from https to http
            .proxy(proxy)
            .connectTimeout(TIMEOUT)
            .build();
  }

  /**
   * Downloads the file unless another process does so first: each looks for the target after it got
   * the lock. What is left in the folder, which others read too, is the target, or a part of it.
   */
  void run() {
    Path lockFile = partial.resolveSibling(partial.getFileName() + ".lock");
    try {
      Files.createDirectories(target.getParent());
      requireRegular(lockFile);
      requireRegular(partial);
      try (LockFile lock = lock(lockFile)) {
        if (!Files.exists(target)) {
          try {
            download();
          } finally {
            if (partialBytes() == 0) {
              Files.deleteIfExists(partial);
            }
          }
        }
      }
    } catch (IOException e) {
      throw messages.cannotWrite(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw messages.interrupted(e);
    }
  }

  /** Opening a pipe would block for ever, and a link could lead to a file that is dear. */
  private void requireRegular(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw messages.notRegular(file);
    }
  }

  private long partialBytes() throws IOException {
    return Files.exists(partial) ? Files.size(partial) : 0;
  }

  private LockFile lock(Path file) throws IOException, InterruptedException {
    for (int tries = 0; ; tries++) {
      requireWanted();
      Optional<LockFile> lock = LockFile.tryTake(file);
      if (lock.isPresent()) {
        return lock.get();
      } else if (tries == SILENT_TRIES) {
        progress.waiting(target);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void download() throws IOException, InterruptedException {
    String fileName = target.getFileName().toString();
    boolean resumed = Files.exists(partial);
    fetchAll();
    if (resumed && !FileDigest.isNamedIn(partial, fileName)) {
      Files.delete(partial);
      fetchAll();
    }
    if (!FileDigest.isNamedIn(partial, fileName)) {
      Files.delete(partial);
      throw messages.failed(
          "what the server sent has another SHA-256 than the file's name says", null);
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncFolder(target);
  }

  private void fetchAll() throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        fetch();
        return;
      } catch (ConnectionLost e) {
        if (attempt == ATTEMPTS) {
          throw messages.failed("the connection was lost (" + e.getMessage() + ")", e);
        }
      }
    }
  }

  private void fetch() throws IOException, InterruptedException, ConnectionLost {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT);
    long there = partialBytes();
    if (there > 0) {
      request.header("Range", "bytes=" + there + "-");
    }
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request.build());
    HubBody body = new HubBody();
    response.body().subscribe(body);
    int status = response.statusCode();
    boolean continued =
        status == PARTIAL_CONTENT
            && response
                .headers()
                .firstValue("Content-Range")
                .filter(range -> range.startsWith("bytes " + there + "-"))
                .isPresent();
    if (status == RANGE_NOT_SATISFIABLE || (status == PARTIAL_CONTENT && !continued)) {
      body.cancel();
      Files.deleteIfExists(partial);
      throw new ConnectionLost("the server could not resume", null);
    } else if (status != OK && !continued) {
      body.cancel();
      throw messages.status(status, response.headers().firstValue("Location").orElse(""));
    }
    try (FileChannel out =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      if (!continued) {
        out.truncate(0);
      }
      copy(body, out, response.headers().firstValueAsLong("Content-Length"));
      out.force(true);
    }
  }

  private void copy(HubBody body, FileChannel out, OptionalLong length)
      throws IOException, InterruptedException, ConnectionLost {
    long total = length.isPresent() ? out.size() + length.getAsLong() : -1;
    requireSize(total);
    out.position(out.size());
    long heard = System.nanoTime();
    try {
      while (!body.isFinished()) {
        requireWanted();
        List<ByteBuffer> chunk = body.poll(POLL_MILLIS);
        if (chunk.isEmpty() && System.nanoTime() - heard > TIMEOUT.toNanos()) {
          throw new ConnectionLost("nothing came for " + TIMEOUT.toSeconds() + " s", null);
        } else if (!chunk.isEmpty()) {
          for (ByteBuffer bytes : chunk) {
            SafetensorsFile.writeFully(out, bytes);
          }
          requireSize(out.position());
          heard = System.nanoTime();
          progress.on(out.position(), total);
        }
      }
    } finally {
      body.cancel();
    }
    Throwable failure = body.failure();
    if (failure != null || (total >= 0 && out.position() != total)) {
      throw new ConnectionLost(
          failure == null ? "after " + out.position() + " bytes" : String.valueOf(failure),
          failure);
    }
  }

  private void requireSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw messages.failed("the server sends more than " + MAX_BYTES + " bytes", null);
    }
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request)
      throws InterruptedException, ConnectionLost {
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> response =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher());
    try {
      while (true) {
        requireWanted();
        try {
          return response.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // Not yet: ask again whether it is wanted.
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof SSLHandshakeException) {
        throw messages.notSecure(cause);
      }
      boolean unreachable = cause instanceof ConnectException;
      if (unreachable || !(cause instanceof IOException)) {
        throw messages.failed(
            unreachable ? "the server cannot be reached" : cause.toString(), cause);
      }
      throw new ConnectionLost(String.valueOf(cause.getMessage()), cause);
    } finally {
      response.cancel(true);
    }
  }

  private void requireWanted() {
    if (cancelled.getAsBoolean()) {
      throw messages.cancelled();
    }
  }

  /** What came so far is kept; another attempt may get the rest. */
  private static final class ConnectionLost extends Exception {
    private static final long serialVersionUID = 1L;

    ConnectionLost(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
