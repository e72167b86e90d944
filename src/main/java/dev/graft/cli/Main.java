package dev.graft.cli;

import dev.graft.torch.Printable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code graft} command. */
@Command(
    name = "graft",
    description = {
      "Transfer learning on the JVM: fine-tune an image classifier and use it.",
      "",
      "New here? Run \"graft demo\": what transfer learning is worth, in a minute, offline."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    footer = {
      "",
      "Results go to stdout, progress and warnings to stderr.",
      "Exit codes: 0 done, 1 failed, 2 bad usage or bad input, 130 interrupted."
    },
    subcommands = {
      DemoCommand.class,
      CheckCommand.class,
      LrFindCommand.class,
      TrainCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      EvalCommand.class,
      PredictCommand.class,
      ExplainCommand.class,
      ServeCommand.class,
      InspectCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      PretrainCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  Main() {}

  /**
   * Runs one command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true"); // pictures are drawn into memory alone
    Terminal.attach();
    Interrupt interrupt = Interrupt.install();
    int code;
    try {
      code = run(interrupt, args);
    } catch (Throwable e) { // an Error must not end in a stack trace and a code of its own
      code = Failures.report(e, System.err);
    }
    Terminal.clear();
    System.out.flush();
    interrupt.exit(code);
  }

  static int run(BooleanSupplier stop, String... args) {
    var commandLine = new CommandLine(new Main(), new CommandFactory(stop));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setOverwrittenOptionsAllowed(true); // the last of two wins, as in most tools
    commandLine.setParameterExceptionHandler((e, wrong) -> badUsage(e));
    commandLine.setExecutionExceptionHandler((e, line, result) -> Failures.report(e, System.err));
    return commandLine.execute(args);
  }

  /** Says what is wrong in one line; picocli would bury it under the whole help. */
  private static int badUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    System.err.println("graft: " + Printable.message(String.valueOf(e.getMessage())));
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    System.err.println("See " + command.getCommandSpec().qualifiedName() + " --help.");
    return Failures.BAD_INPUT;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command, such as train or demo.");
  }
}
