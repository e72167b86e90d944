package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.explain.Explanation;
import dev.graft.explain.GradCam;
import dev.graft.image.ImageException;
import dev.graft.torch.Device;
import dev.graft.torch.Printable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft explain}. */
@Command(
    name = "explain",
    description = {
      "Shows where in images a trained model sees a class, by Grad-CAM.",
      "",
      "For each image NAME.jpg it writes DIR/NAME.explained.png: what the model saw of it, with a",
      "heat map over it, from dark violet where nothing speaks for the class to light yellow."
    },
    footer = {
      "",
      "Prints one line a file: its path, a tab, the class with its probability, a tab, what was",
      "written. A file that cannot be read is reported on stderr, the others are answered, exit",
      "code 1.",
      "",
      "Example: graft explain --model run/model.pt --out explained photos/*.jpg"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BooleanSupplier stop;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A model.pt that graft saved.")
  private Path model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for the results.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace results that are in DIR already.")
  private boolean overwrite;

  @Option(
      names = "--class",
      paramLabel = "LABEL",
      description = "The class to explain; for each image the most probable one if not given.")
  private @Nullable String label;

  @Option(names = "--device", description = "cpu, cuda, cuda:N or auto.")
  private String device = "auto";

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Image files.")
  private List<Path> images;

  ExplainCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    var files = new ExplainedFiles(out, images, overwrite);
    int code = 0;
    try (GradCam cam = GradCam.load(model, Device.parse(device))) {
      for (Path image : images) {
        if (stop.getAsBoolean()) {
          throw new CancellationException("Stopped as asked.");
        }
        try {
          Explanation explanation = cam.explain(image, label);
          files.write(image, explanation.png());
          System.out.println(line(image, explanation, files.of(image)));
        } catch (ImageException e) {
          System.err.println("graft: " + Printable.message(String.valueOf(e.getMessage())));
          code = Failures.FAILED;
        }
      }
    }
    return code;
  }

  private String line(Path image, Explanation explanation, Path written)
      throws JsonProcessingException {
    if (!json) {
      return String.format(
          Locale.ROOT,
          "%s\t%s %.4f\t%s",
          image,
          Printable.of(explanation.label()),
          explanation.probability(),
          written);
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", image.toString());
    line.put("class", explanation.label());
    line.put("probability", explanation.probability());
    line.put("explanation", written.toString());
    return JSON.writeValueAsString(line);
  }
}
