package dev.graft.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Linux's counts of processor time, in its clock ticks, since the machine started.
 *
 * @param total of all processors, idle or not
 * @param busy of all processes, of interrupts, and of what the host took away
 * @param ours of this process, the processes below it, and those that it waited for
 */
record CpuTimes(long total, long busy, long ours) {
  private static final Path PROC = Path.of("/proc");

  /** Reads them; empty where there is no such thing. */
  static Optional<CpuTimes> now() {
    try {
      return Optional.of(
          parse(
              Files.readString(PROC.resolve("stat")), processes(), ProcessHandle.current().pid()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads the texts.
   *
   * @param stat the content of /proc/stat
   * @param processes the content of each process's stat file, by process id
   * @param root the process whose tree counts as ours
   */
  static CpuTimes parse(String stat, Map<Long, String> processes, long root) {
    String[] cpu = stat.lines().findFirst().orElseThrow().trim().split("\\s+", -1);
    long[] times = new long[8]; // user nice system idle iowait irq softirq steal
    long total = 0;
    for (int i = 0; i < times.length; i++) {
      times[i] = Long.parseLong(cpu[i + 1]);
      total += times[i];
    }
    Map<Long, String[]> fields = new HashMap<>();
    processes.forEach((id, text) -> fields.put(id, afterName(text)));
    long ours = 0;
    for (Map.Entry<Long, String[]> process : fields.entrySet()) {
      if (isBelow(process.getKey(), root, fields)) {
        for (int i = 11; i <= 14; i++) { // utime stime, and of ended children cutime cstime
          ours += Long.parseLong(process.getValue()[i]);
        }
      }
    }
    return new CpuTimes(total, total - times[3] - times[4], ours);
  }

  private static boolean isBelow(long process, long root, Map<Long, String[]> fields) {
    long id = process;
    while (id != root) {
      String[] stat = fields.get(id);
      if (stat == null) {
        return false;
      }
      id = Long.parseLong(stat[1]);
    }
    return true;
  }

  /** The fields from the state on; the name before may hold anything. */
  private static String[] afterName(String text) {
    return text.substring(text.lastIndexOf(')') + 2).trim().split(" ", -1);
  }

  private static Map<Long, String> processes() throws IOException {
    Map<Long, String> processes = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        try {
          String text = Files.readString(entry.resolve("stat"));
          processes.put(Long.valueOf(entry.getFileName().toString()), text);
        } catch (IOException e) {
          // It has just ended.
        }
      }
    }
    return processes;
  }
}
