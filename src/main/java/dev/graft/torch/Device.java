package dev.graft.torch;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;

/**
 * Where tensors live and operations run: the CPU or one CUDA device.
 *
 * @param type {@code "cpu"} or {@code "cuda"}
 * @param index the CUDA device's number from 0; 0 for the CPU
 */
public record Device(String type, int index) {
  private static final Pattern SPEC = Pattern.compile("(cpu|cuda)(?::(\\d{1,3}))?");

  /** The CPU. */
  public static final Device CPU = new Device("cpu", 0);

  /**
   * Checks the type and the index.
   *
   * @param type {@code "cpu"} or {@code "cuda"}
   * @param index the CUDA device's number from 0; 0 for the CPU
   */
  public Device {
    if (!type.equals("cpu") && !type.equals("cuda")) {
      throw new IllegalArgumentException("Unknown device type \"" + type + "\": use cpu or cuda.");
    }
    if (index < 0 || (type.equals("cpu") && index != 0)) {
      throw new IllegalArgumentException("No device " + type + ":" + index + ".");
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}, which is the first CUDA device
   * where there is one and the CPU elsewhere.
   *
   * @param spec the text
   * @return the device, checked to exist here
   * @throws IllegalArgumentException if the text names no device, or one that is not here
   */
  public static Device parse(String spec) {
    return parse(spec, 0);
  }

  /**
   * Reads a device as {@link #parse(String)} does, for one of several processes on this machine:
   * {@code cuda} and {@code auto} give each a CUDA device of its own.
   *
   * @param spec the text
   * @param local which of the processes, from 0
   * @return the device, checked to exist here
   * @throws IllegalArgumentException if the text names no device, or one that is not here
   */
  public static Device parse(String spec, int local) {
    String text = spec.strip().toLowerCase(Locale.ROOT);
    if (text.equals("auto")) {
      text = cudaDevices() > 0 ? "cuda" : "cpu";
    }
    Matcher matcher = SPEC.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Unknown device \"" + spec + "\": use cpu, cuda, cuda:N or auto.");
    }
    String number = matcher.group(2);
    boolean anyCuda = number == null && matcher.group(1).equals("cuda");
    int index = anyCuda ? local : number == null ? 0 : Integer.parseInt(number);
    Device device = new Device(matcher.group(1), index);
    device.requireAvailable();
    return device;
  }

  /**
   * Counts the CUDA devices that libtorch can use.
   *
   * @return 0 where libtorch is the CPU build or no device is present
   */
  public static int cudaDevices() {
    return Native.call(() -> torch.cuda_is_available() ? (int) torch.getNumGPUs() : 0);
  }

  /**
   * Tells whether this is a CUDA device.
   *
   * @return true for CUDA
   */
  public boolean isCuda() {
    return type.equals("cuda");
  }

  private void requireAvailable() {
    if (isCuda() && index >= cudaDevices()) {
      throw new IllegalArgumentException(
          "Device "
              + this
              + " is not available: libtorch sees "
              + cudaDevices()
              + " CUDA devices. Use --device cpu, or build with -Pgpu on a machine with a GPU; of"
              + " several ranks on a machine, each needs one of its own.");
    }
  }

  /** The native device, to be made inside a native call. */
  org.bytedeco.pytorch.Device toNative() {
    return new org.bytedeco.pytorch.Device(toString());
  }

  static Device of(org.bytedeco.pytorch.Device device) {
    return device.is_cuda() ? new Device("cuda", Math.max(0, device.index())) : CPU;
  }

  @Override
  public String toString() {
    return isCuda() ? type + ":" + index : type;
  }
}
