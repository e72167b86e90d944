package dev.graft.cli;

/** The entry point of the runnable jar. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(2);
  }
}
