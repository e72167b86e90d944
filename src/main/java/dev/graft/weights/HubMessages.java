package dev.graft.weights;

import dev.graft.torch.IoProblem;
import dev.graft.torch.Printable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong with a download, in words that name the address, the file and its folder.
 *
 * @param address what is downloaded
 * @param target where it shall be
 * @param way how the address is reached, to follow it in a sentence: empty or a proxy
 */
record HubMessages(URI address, Path target, String way) {
  private static final Pattern USER = Pattern.compile("//[^/?#]*@");

  WeightsException failed(String why, @Nullable Throwable cause) {
    return new WeightsException(
        "Cannot download "
            + shown()
            + way
            + ": "
            + why
            + ". Try again later, or get the file by other means and put it into "
            + target.getParent()
            + " as "
            + target.getFileName()
            + ".",
        cause);
  }

  /** A certificate that is not trusted, as where a proxy opens the connections; a bad handshake. */
  WeightsException notSecure(Throwable cause) {
    return failed(
        "no secure connection could be made ("
            + Printable.of(String.valueOf(cause.getMessage()))
            + "); where a proxy looks into connections, Java needs a trust store with its"
            + " certificate (-Djavax.net.ssl.trustStore=FILE)",
        cause);
  }

  /** An answer that is none of the file. */
  WeightsException status(int status, String location) {
    String why = "the server answered with status " + status;
    if (location.isEmpty()) {
      return failed(why, null);
    }
    boolean insecure =
        "https".equals(address.getScheme()) && location.regionMatches(true, 0, "http:", 0, 5);
    return failed(
        why
            + ", a redirect to "
            + shown(location)
            + (insecure ? ", which is not followed since it leaves https" : ""),
        null);
  }

  WeightsException cannotWrite(IOException cause) {
    return cannotKeep(
        IoProblem.of(cause)
            + ". Make room there or let TORCH_HOME name another folder, or put the file into it as "
            + target.getFileName()
            + ".",
        cause);
  }

  /** Something in the cache that a download can neither use nor remove. */
  WeightsException notRegular(Path file) {
    return cannotKeep(file.getFileName() + " there is no regular file. Delete it.", null);
  }

  private WeightsException cannotKeep(String why, @Nullable Throwable cause) {
    return new WeightsException(
        "Cannot keep " + shown() + " in " + target.getParent() + ": " + why, cause);
  }

  /** The address without the name and password of a user that may be in it. */
  private String shown() {
    return shown(address.toString());
  }

  static String shown(String address) {
    return Printable.of(USER.matcher(address).replaceFirst("//…@"));
  }

  WeightsException cancelled() {
    return new WeightsException(
        "The download of " + shown() + " was cancelled. The next one resumes it.", null);
  }

  WeightsException interrupted(InterruptedException cause) {
    return new WeightsException("The download of " + shown() + " was interrupted.", cause);
  }
}
