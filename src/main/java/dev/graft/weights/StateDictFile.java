package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipFile;

/**
 * Reads state dicts that Python wrote, in Java alone and without executing anything: {@code
 * torch.save} in its zip format and in the one before PyTorch 1.6, and safetensors. The format is
 * told by the content, not by the name.
 *
 * <p>A pickle is a program. The one in a file of {@code torch.save} is interpreted here by a reader
 * that knows tensors, numbers, strings and containers, and refuses every other name in it, as
 * {@code torch.load(weights_only=True)} does. A whole pickled model is therefore refused.
 */
public final class StateDictFile {
  /** 0x1950a86a20f9469cfc6c, pickled with protocol 2 or later. */
  private static final byte[] LEGACY_MAGIC = {
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final byte FRAME = (byte) 0x95;

  private StateDictFile() {}

  /**
   * Tells the format of a weights file by its first bytes and, for a zip, by the names in it.
   *
   * @param file the file to look into
   * @return its format; that it is whole is for {@link #read} or {@link TorchScriptFile#check} to
   *     find out
   * @throws WeightsException if the file is missing, a folder, empty or unreadable, or is another
   *     kind of file; the message says which it looks like
   */
  public static WeightsFormat kind(Path file) {
    try {
      TorchScriptFile.requireFile(file);
      byte[] head;
      try (InputStream in = Files.newInputStream(file)) {
        head = in.readNBytes(FileKind.HEAD_BYTES);
      }
      if (head.length > 1 && head[0] == 'P' && head[1] == 'K') {
        return zipKind(file);
      } else if (isLegacy(head)) {
        return WeightsFormat.TORCH_LEGACY;
      }
      FileKind kind = FileKind.of(head);
      if (kind == FileKind.SAFETENSORS) {
        return WeightsFormat.SAFETENSORS;
      }
      String problem =
          kind == FileKind.LEGACY_PICKLE
              ? "it is a pickle, but not one that torch.save wrote"
              : kind.problem();
      throw new WeightsException(file, problem, kind.cure(Cures.STATE_DICT));
    } catch (IOException e) {
      throw TorchScriptFile.unreadable(file, e);
    }
  }

  /**
   * Opens a file of {@code torch.save} or safetensors and checks it: zips entry by entry, and that
   * each tensor lies within the file.
   *
   * <p>A checkpoint, that is a dict whose {@code state_dict}, {@code model_state_dict}, {@code
   * model} or {@code net} is a dict of tensors, is unwrapped, the first of these; what else it
   * holds is {@link StoredStateDict#dropped}. Averaged weights ({@code model_ema}, {@code
   * state_dict_ema}) are not taken instead. The prefixes {@code module.} of {@code nn.DataParallel}
   * and {@code _orig_mod.} of {@code torch.compile} are removed if every name has them, in any
   * order and number, whatever the file's format.
   *
   * @param file the file to read
   * @return its tensors, read as they are asked for; the caller closes it
   * @throws WeightsException if the file cannot be used; the message says why and what to do
   */
  public static StoredStateDict read(Path file) {
    try {
      return switch (kind(file)) {
        case SAFETENSORS -> SafetensorsFile.read(file);
        case TORCH_ZIP -> TorchZip.read(file);
        case TORCH_LEGACY -> TorchLegacy.read(file);
        case TORCHSCRIPT ->
            throw new WeightsException(
                file,
                "it is TorchScript, a model with its code, not a state dict",
                Cures.STATE_DICT);
      };
    } catch (IOException e) {
      throw TorchScriptFile.unreadable(file, e);
    }
  }

  private static WeightsFormat zipKind(Path file) throws IOException {
    try (ZipFile zip = TorchScriptFile.open(file)) {
      String root = TorchScriptFile.root(zip);
      if (zip.getEntry(root + "data.pkl") == null) {
        throw new WeightsException(
            file,
            "it is a zip, but neither torch.save nor torch.jit.save wrote it",
            Cures.STATE_DICT);
      }
      boolean code = zip.getEntry(root + "constants.pkl") != null;
      return code ? WeightsFormat.TORCHSCRIPT : WeightsFormat.TORCH_ZIP;
    }
  }

  /** Since protocol 4 an opcode and eight bytes with the frame's length come before the number. */
  private static boolean isLegacy(byte[] head) {
    int at = head.length > 2 && head[2] == FRAME ? 2 + 1 + Long.BYTES : 2;
    return head.length >= at + LEGACY_MAGIC.length
        && head[0] == (byte) 0x80
        && Arrays.equals(head, at, at + LEGACY_MAGIC.length, LEGACY_MAGIC, 0, LEGACY_MAGIC.length);
  }
}
