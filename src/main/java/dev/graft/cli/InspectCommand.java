package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.model.Card;
import dev.graft.model.Head;
import dev.graft.model.Inspection;
import dev.graft.torch.Printable;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.WeightsFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft inspect}. */
@Command(
    name = "inspect",
    description = {
      "Shows what is in a weights file.",
      "",
      "Of TorchScript: head, classes, provenance, parameters. Of a state dict (torch.save's files,",
      "safetensors): which architecture it fits, and its tensors."
    },
    footer = {"", "Example: graft inspect run/model.pt"},
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Parameters(paramLabel = "FILE", description = "TorchScript or a state dict.")
  private Path file;

  InspectCommand() {}

  @Override
  public Integer call() throws JsonProcessingException {
    if (StateDictFile.kind(file) != WeightsFormat.TORCHSCRIPT) {
      var listing = StateDictListing.of(file);
      System.out.println(json ? JSON.writeValueAsString(listing.toMap()) : listing.text());
      return 0;
    }
    Inspection inspection = Inspection.of(file);
    if (json) {
      System.out.println(JSON.writeValueAsString(toMap(inspection)));
    } else {
      print(inspection);
    }
    return 0;
  }

  private static void print(Inspection inspection) throws JsonProcessingException {
    long parameters =
        inspection.tensors().stream()
            .filter(entry -> entry.kind().equals("parameter"))
            .mapToLong(Inspection.Entry::numel)
            .sum();
    System.out.printf(
        Locale.ROOT, "%s, %,d parameters%n", Printable.of(inspection.architecture()), parameters);
    System.out.println("head: " + describe(inspection.head(), inspection.noHead()));
    Card card = inspection.card();
    if (card != null) {
      System.out.println(
          "classes: "
              + card.classes().stream().map(Printable::of).collect(Collectors.joining(", ")));
      System.out.println("preprocessing: " + card.preprocessing());
    }
    if (inspection.provenance() != null) {
      System.out.println(
          "provenance: " + Printable.message(JSON.writeValueAsString(inspection.provenance())));
    }
    System.out.println();
    for (Inspection.Entry entry : inspection.tensors()) {
      System.out.printf(
          Locale.ROOT,
          "%-9s %-40s %-18s %s%s%n",
          entry.kind(),
          Printable.of(entry.name()),
          entry.shape(),
          entry.dtype(),
          entry.requiresGrad() ? " requires_grad" : "");
    }
  }

  private static String describe(@Nullable Head head, String noHead) {
    return head == null
        ? "none. " + Printable.message(ends(noHead))
        : Printable.of(head.name())
            + ", "
            + head.features()
            + " features to "
            + head.classes()
            + " classes";
  }

  /** The first line and the last: between them is the trace of libtorch's interpreter. */
  private static String ends(String message) {
    List<String> lines = message.lines().filter(line -> !line.isBlank()).toList();
    return lines.size() < 2 ? message : lines.get(0) + " " + lines.get(lines.size() - 1);
  }

  private static Map<String, @Nullable Object> toMap(Inspection inspection) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("architecture", inspection.architecture());
    map.put("head", inspection.head());
    map.put("card", inspection.card());
    map.put("provenance", inspection.provenance());
    map.put("tensors", inspection.tensors());
    return map;
  }
}
