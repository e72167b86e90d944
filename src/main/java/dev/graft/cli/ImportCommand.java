package dev.graft.cli;

import dev.graft.model.Architecture;
import dev.graft.model.ModelException;
import dev.graft.model.Pretrained;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.TorchScriptFile;
import dev.graft.weights.WeightsFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft import}. */
@Command(
    name = "import",
    description = {
      "Makes a TorchScript file of a state dict, without Python.",
      "",
      "Reads torch.save's files, old and new, checkpoints that hold a state dict,"
          + " nn.DataParallel's, and safetensors, with torchvision's names. Nothing in them is"
          + " executed. Every name and shape must fit. float16, bfloat16 and float64 become float32."
    },
    footer = {
      "",
      "graft train --weights takes such files directly too.",
      "",
      "Example: graft import resnet18-f37072fd.pth --out resnet18.pt"
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  private final BooleanSupplier stop;

  @Parameters(
      paramLabel = "FILE|NAME",
      description =
          "A state dict, or an official name such as resnet18, looked for where Python keeps it"
              + " (TORCH_HOME) and else downloaded.")
  private String source;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description =
          "What it must be of; found by itself if not given. One of resnet18, resnet34, resnet50,"
              + " resnet101, mobilenet_v2, mobilenet_v3_large, efficientnet_b0, convnext_tiny,"
              + " vit_b_16, resnet18_w16.")
  private @Nullable String arch;

  @Option(names = "--out", paramLabel = "OUT", required = true, description = "File to write.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace OUT if it exists.")
  private boolean overwrite;

  ImportCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() {
    OutputFile.requireOther(out, Path.of(source));
    Path target = OutputFile.require(out, overwrite);
    requireStateDict(Path.of(source));
    Pretrained weights = WeightsSource.find(source, arch, stop);
    OutputFile.requireOther(out, weights.file());
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before " + out + " was written.");
    }
    weights.save(target, note -> System.err.println("Note: " + note));
    String label = weights.architecture().map(Architecture::label).orElseThrow();
    System.out.println("Wrote " + out + ", a " + label + " in TorchScript");
    return 0;
  }

  /** Before it is tried as an architecture; what is no file may be a name. */
  private static void requireStateDict(Path file) {
    if (Files.isRegularFile(file) && StateDictFile.kind(file) == WeightsFormat.TORCHSCRIPT) {
      TorchScriptFile.check(file);
      throw new ModelException(
          file + " is TorchScript already, which graft train --weights takes as it is.");
    }
  }
}
