package dev.graft.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The type that convolutions and matrix products compute in. */
public enum Precision {
  /** Single precision. */
  FP32,
  /**
   * bfloat16, with float32's range and 8 bits of precision: faster where the processor has
   * instructions for it, slower where it has not.
   */
  BF16;

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Set<String> BF16_FLAGS = Set.of("avx512_bf16", "amx_bf16");

  /**
   * Names the precision as the command line and {@code config.json} do.
   *
   * @return fp32 or bf16
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Tells which precision is fastest on a device. On a CPU that is bfloat16 where Linux says that
   * the processor has AVX512-BF16 or AMX and libtorch uses AVX512; on a GPU it is float32, as graft
   * has never run on one.
   *
   * @param device the device
   * @return the precision
   */
  public static Precision fastest(Device device) {
    return !device.isCuda() && hasBf16(cpuFlags()) && usesAvx512() ? BF16 : FP32;
  }

  static boolean hasBf16(List<String> flags) {
    return flags.stream().anyMatch(BF16_FLAGS::contains);
  }

  /** What the environment may have lowered, by ATEN_CPU_CAPABILITY. */
  private static boolean usesAvx512() {
    return NativeRuntime.info().cpu().startsWith("AVX512");
  }

  /** The first processor's features as Linux lists them; none where there is no such file. */
  private static List<String> cpuFlags() {
    try (var lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> Arrays.asList(line.split("\\s+")))
          .orElse(List.of());
    } catch (IOException e) {
      return List.of();
    }
  }
}
