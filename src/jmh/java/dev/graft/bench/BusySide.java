package dev.graft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A side that works while other processes keep the processors busy.
 *
 * @param quiet the side itself
 * @param neighbours how many processes
 */
record BusySide(Side quiet, int neighbours) implements Side {
  /** Says how to prepare one. */
  static Opening of(Opening quiet, int neighbours) {
    return session -> new BusySide(quiet.open(session), neighbours);
  }

  @Override
  public String label() {
    return quiet.label() + ", " + neighbours + " busy neighbours";
  }

  @Override
  public Turn turn() {
    List<Process> busy = new ArrayList<>();
    try {
      for (int i = 0; i < neighbours; i++) {
        busy.add(
            new ProcessBuilder("timeout", "--foreground", "120", "sha256sum", "/dev/zero")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
      }
      Pause.ofMillis(300);
      return quiet.turn();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      busy.forEach(Process::destroy); // timeout passes the signal on
      busy.forEach(process -> process.onExit().join());
    }
  }

  @Override
  public float[] answer() {
    return quiet.answer();
  }

  @Override
  public Map<String, Object> facts() {
    return quiet.facts();
  }

  @Override
  public void close() {
    quiet.close();
  }
}
