package dev.graft.weights;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What a file that is no zip looks like, told from its first bytes. */
enum FileKind {
  LEGACY_PICKLE(
      "it is a pickle, as old versions of torch.save write: a state dict or a whole Python model,"
          + " not TorchScript",
      Cures.SCRIPT),
  HTML(
      "it is a web page, as a download gets it whose address answered with an error or a login",
      "Download the file itself."),
  LFS_POINTER(
      "it is a Git LFS pointer, not the file it points to", "Run git lfs pull where it came from."),
  SAFETENSORS("it looks like a safetensors file, which holds only tensors, not code", Cures.SCRIPT),
  HDF5("it is an HDF5 file, as Keras writes", Cures.SCRIPT),
  GZIP("it is gzip-compressed", "Decompress it first."),
  ZEROS("its first bytes are all zero, as an unfinished download leaves them", Cures.AGAIN),
  TEXT("it is a text file, not TorchScript", "Give a file that torch.jit.save wrote."),
  UNKNOWN("it is no zip archive, and so no TorchScript", "Give a file that torch.jit.save wrote.");

  /** How many of a file's first bytes {@link #of} needs. */
  static final int HEAD_BYTES = 64;

  private final String problem;
  private final String cure;

  FileKind(String problem, String cure) {
    this.problem = problem;
    this.cure = cure;
  }

  String problem() {
    return problem;
  }

  String cure() {
    return cure;
  }

  static FileKind of(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("\u0080") && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
      return LEGACY_PICKLE;
    } else if (text.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    } else if (text.length() > 9 && text.startsWith("{\"", 8)) {
      return SAFETENSORS;
    } else if (text.startsWith("\u0089HDF")) {
      return HDF5;
    } else if (text.startsWith("\u001f\u008b")) {
      return GZIP;
    } else if (start.startsWith("<!doctype") || start.startsWith("<html")) {
      return HTML;
    } else if (Arrays.equals(head, new byte[head.length])) {
      return ZEROS;
    }
    return text.chars().allMatch(c -> c >= ' ' || Character.isWhitespace(c)) ? TEXT : UNKNOWN;
  }

  /** Cures that several problems share. */
  static final class Cures {
    static final String SCRIPT =
        "In Python, save the model as TorchScript:"
            + " torch.jit.save(torch.jit.script(model), \"model.pt\").";
    static final String STATE_DICT =
        "In Python, save the state dict alone: torch.save(model.state_dict(), \"weights.pth\").";
    static final String AGAIN = "Copy or download it again.";

    private Cures() {}
  }
}
