package dev.graft.cli;

import dev.graft.model.ModelException;
import dev.graft.model.StateDictExport;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.WeightsFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code graft export}. */
@Command(
    name = "export",
    description = {
      "Writes the weights of a TorchScript file as a state dict for Python.",
      "",
      "Names, types and bits are the model's; torchvision's model takes them with",
      "load_state_dict(state, strict=True) if it has as many classes."
    },
    footer = {
      "",
      "Example: graft export --model run/model.pt --format safetensors --out ants.safetensors"
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A model.pt of graft's, or any other TorchScript file.")
  private Path model;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description = "state-dict, as torch.save writes it, or safetensors.")
  private String format;

  @Option(names = "--out", paramLabel = "OUT", required = true, description = "File to write.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace OUT if it exists.")
  private boolean overwrite;

  ExportCommand() {}

  @Override
  public Integer call() {
    StateDictExport.Format wanted = format();
    OutputFile.requireOther(out, model);
    Path target = OutputFile.require(out, overwrite);
    if (StateDictFile.kind(model) != WeightsFormat.TORCHSCRIPT) {
      throw new ModelException(
          model + " is a state dict already. graft import makes TorchScript of it.");
    }
    int tensors = StateDictExport.write(model, target, wanted);
    System.out.println("Wrote " + out + ", " + tensors + " tensors");
    return 0;
  }

  private StateDictExport.Format format() {
    return Arrays.stream(StateDictExport.Format.values())
        .filter(candidate -> label(candidate).equals(format.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--format " + format + " is unknown; there are: " + labels() + "."));
  }

  private static String labels() {
    return Arrays.stream(StateDictExport.Format.values())
        .map(ExportCommand::label)
        .collect(Collectors.joining(", "));
  }

  private static String label(StateDictExport.Format format) {
    return format.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
