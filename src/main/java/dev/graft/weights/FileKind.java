package dev.graft.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a file that is no zip looks like, told from its first bytes. */
enum FileKind {
  LEGACY_PICKLE(
      "it is a pickle, as old versions of torch.save write: a state dict or a whole Python model"),
  SAFETENSORS("it looks like a safetensors file, which holds only tensors, not code"),
  ZIP("it is a zip archive"),
  HDF5("it is an HDF5 file, as Keras writes"),
  NUMPY("it is an array of NumPy"),
  TAR("it is a tar archive, as the first versions of torch.save wrote"),
  TEXT("it is a text file"),
  UNKNOWN("it is no zip archive, no pickle of torch.save and no safetensors file"),
  HTML(
      "it is a web page, as a download gets it whose address answered with an error or a login",
      "Download the file itself."),
  LFS_POINTER(
      "it is a Git LFS pointer, not the file it points to", "Run git lfs pull where it came from."),
  GZIP("it is gzip-compressed", "Decompress it first."),
  ZEROS("its first bytes are all zero, as an unfinished download leaves them", Cures.AGAIN);

  /** How many of a file's first bytes {@link #of} needs. */
  static final int HEAD_BYTES = 512;

  private static final int TAR_MAGIC_AT = 257;

  private final String problem;
  private final Optional<String> cure;

  FileKind(String problem) {
    this.problem = problem;
    this.cure = Optional.empty();
  }

  FileKind(String problem, String cure) {
    this.problem = problem;
    this.cure = Optional.of(cure);
  }

  String problem() {
    return problem;
  }

  /**
   * Returns what to do.
   *
   * @param wanted how to make a file of the kind that the caller reads, where that is the cure
   */
  String cure(String wanted) {
    return cure.orElse(wanted);
  }

  static FileKind of(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (isSafetensors(head)) {
      return SAFETENSORS; // first of all: the length before it may look like anything
    } else if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
      return ZIP; // the second is an empty one
    } else if (text.startsWith("\u0080") && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
      return LEGACY_PICKLE;
    } else if (text.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    } else if (text.startsWith("\u0089HDF")) {
      return HDF5;
    } else if (text.startsWith("\u0093NUMPY")) {
      return NUMPY;
    } else if (text.startsWith("ustar", TAR_MAGIC_AT)) {
      return TAR;
    } else if (text.startsWith("\u001f\u008b")) {
      return GZIP;
    } else if (start.startsWith("<!doctype") || start.startsWith("<html")) {
      return HTML;
    } else if (Arrays.equals(head, new byte[head.length])) {
      return ZEROS;
    }
    return text.chars().allMatch(c -> c >= ' ' || Character.isWhitespace(c)) ? TEXT : UNKNOWN;
  }

  /** A length that the format allows and a brace, or a brace and a quote after any length. */
  private static boolean isSafetensors(byte[] head) {
    if (head.length <= Long.BYTES || head[Long.BYTES] != '{') {
      return false;
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return (length > 0 && length <= SafetensorsHeader.MAX_BYTES)
        || (head.length > Long.BYTES + 1 && head[Long.BYTES + 1] == '"');
  }

  /** Cures that several problems share. */
  static final class Cures {
    static final String SCRIPT =
        "In Python, save the model as TorchScript:"
            + " torch.jit.save(torch.jit.script(model), \"model.pt\").";
    static final String STATE_DICT =
        "In Python, save the state dict alone: torch.save(model.state_dict(), \"weights.pth\").";

    /** For a file that is fine but for what lies beside the state dict. */
    static final String CHECKPOINT =
        STATE_DICT
            + " From the file alone, if its source can be trusted, since this executes what is in"
            + " it: torch.save(torch.load(\"checkpoint.pth\", weights_only=False)[\"state_dict\"],"
            + " \"weights.pth\").";

    static final String CONTIGUOUS =
        "In Python, save copies: torch.save({k: v.clone() for k, v in"
            + " model.state_dict().items()}, \"weights.pth\").";

    static final String AGAIN = "Copy or download it again.";

    private Cures() {}
  }
}
