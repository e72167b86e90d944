package dev.graft.data;

import dev.graft.image.ImageException;
import dev.graft.torch.Sha256;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads a file once, to hash and to decode it. Used by one thread. */
final class FileCheck implements AutoCloseable {
  /** As much as the decoder reads; keeps a stray video from filling the heap. */
  private static final long MAX_BYTES = 1L << 30;

  private final MessageDigest sha256 = Sha256.begin();
  private final Decoder decoder;

  /** Throws {@link ImageException} for bytes that are no image. */
  interface Decoder extends AutoCloseable {
    ImageFacts decode(byte[] bytes, Path file);

    @Override
    void close();
  }

  /** A file's hash, size and facts; or why it is unreadable. */
  record Outcome(
      String sha256, long bytes, @Nullable ImageFacts facts, @Nullable String unreadable) {
    static Outcome unreadable(String reason) {
      return new Outcome("", 0, null, reason);
    }
  }

  FileCheck(Decoder decoder) {
    this.decoder = decoder;
  }

  Outcome check(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return Outcome.unreadable("it is no regular file");
      }
      if (Files.size(file) > MAX_BYTES) {
        return Outcome.unreadable("it is larger than 1 GiB");
      }
      byte[] bytes = Files.readAllBytes(file);
      ImageFacts facts = decoder.decode(bytes, file);
      String digest = HexFormat.of().formatHex(sha256.digest(bytes));
      return new Outcome(digest, bytes.length, facts, null);
    } catch (ImageException e) {
      return Outcome.unreadable(e.reason());
    } catch (NoSuchFileException e) {
      return Outcome.unreadable("it is gone, or a link to nothing");
    } catch (AccessDeniedException e) {
      return Outcome.unreadable("access is denied");
    } catch (IOException e) {
      return Outcome.unreadable("reading failed: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
