package dev.graft.train;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.torch.Tensor;
import dev.graft.weights.StoredStateDict;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TrainingState} as a safetensors file: {@code model.*} is what training changes of the
 * network, {@code best.*} the same of the best epoch, {@code average.*} the averaged weights, and
 * {@code optimizer} and {@code scheduler} their states. The header holds {@link Progress} as JSON
 * and a checksum of everything.
 */
final class Checkpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROGRESS = "graft.progress";
  private static final String CHECKSUM = "graft.crc32c";
  private static final String OPTIMIZER = "optimizer";
  private static final String SCHEDULER = "scheduler";

  private Checkpoint() {}

  /** How far the run is. */
  record Progress(
      int epoch,
      int position,
      boolean trained,
      double lr,
      Meter.Counts meter,
      @Nullable PhaseResult best,
      boolean averaging,
      List<PhaseResult> results,
      double seconds) {

    private static Progress of(TrainingState state, Meter.Counts counts) {
      return new Progress(
          state.epoch,
          state.position,
          state.trained,
          state.lr,
          counts,
          state.best.validation(),
          state.average != null && state.average.begun(),
          List.copyOf(state.results),
          state.seconds());
    }
  }

  /** The tensors to write, and what the header says; the optimiser's state is its own. */
  record Contents(Map<String, StoredTensor> tensors, Map<String, String> metadata, Tensor optimizer)
      implements AutoCloseable {
    @Override
    public void close() {
      optimizer.close();
    }
  }

  /** Takes the state, and what all ranks have counted of its training phase. */
  static Contents of(TrainingState state, Meter.Counts counts) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, Tensor> changing = state.changing();
    put(tensors, "model.", changing);
    Map<String, Tensor> best = new LinkedHashMap<>(state.best.tensors());
    best.keySet().retainAll(changing.keySet());
    put(tensors, "best.", best);
    if (state.average != null) {
      put(tensors, "average.", state.average.tensors());
    }
    tensors.put(SCHEDULER, doubles(state.scheduler.state()));
    String progress = json(Progress.of(state, counts));
    Tensor optimizer = state.optimizer.state();
    try {
      Chunks.put(tensors, OPTIMIZER, optimizer);
      String checksum = checksum(progress, tensors);
      return new Contents(tensors, Map.of(PROGRESS, progress, CHECKSUM, checksum), optimizer);
    } catch (Throwable e) {
      optimizer.close();
      throw e;
    }
  }

  private static String json(Progress progress) {
    try {
      return JSON.writeValueAsString(progress);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(
      Map<String, StoredTensor> target, String prefix, Map<String, Tensor> tensors) {
    tensors.forEach((name, tensor) -> target.put(prefix + name, StoredTensor.of(tensor)));
  }

  private static StoredTensor doubles(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return StoredTensor.of(StoredType.FLOAT64, List.of((long) values.length), bytes);
  }

  private static String checksum(String progress, Map<String, StoredTensor> tensors) {
    var crc = new CRC32C();
    crc.update(progress.getBytes(StandardCharsets.UTF_8));
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              crc.update(name.getBytes(StandardCharsets.UTF_8));
              crc.update(tensor.data());
            });
    return Long.toHexString(crc.getValue());
  }

  /**
   * Puts a checkpoint's state into a new one, which is unchanged if this fails.
   *
   * @throws Unusable if the checkpoint is damaged or of another run
   */
  static void restore(StoredStateDict file, TrainingState state) {
    Progress progress = requireIntact(file);
    Map<String, Tensor> changing = state.changing();
    Map<String, StoredTensor> model = part(file, "model.");
    Map<String, StoredTensor> best = part(file, "best.");
    Map<String, StoredTensor> average = part(file, "average.");
    requireSame(model, changing);
    PhaseResult validation = progress.best();
    requireSame(best, validation == null ? Map.of() : changing);
    requireSame(average, state.average == null ? Map.of() : state.average.tensors());
    restoreOptimizer(file, state);
    if (validation != null) {
      copy(best, changing);
      state.best.set(validation);
    }
    copy(model, changing);
    if (state.average != null) {
      copy(average, state.average.tensors());
      state.average.begun(progress.averaging());
    }
    state.epoch = progress.epoch();
    state.position = progress.position();
    state.trained = progress.trained();
    state.lr = progress.lr();
    state.meter = new Meter(progress.epoch(), Phase.TRAIN, progress.meter());
    state.results.addAll(progress.results());
    state.addSeconds(progress.seconds());
  }

  private static void restoreOptimizer(StoredStateDict file, TrainingState state) {
    ByteBuffer scheduler = require(file, SCHEDULER).data();
    double[] schedulerState = new double[scheduler.remaining() / Double.BYTES];
    scheduler.asDoubleBuffer().get(schedulerState);
    try (Tensor optimizer = Chunks.join(file.tensors(), OPTIMIZER)) {
      state.optimizer.loadState(optimizer);
      state.scheduler.loadState(schedulerState);
    } catch (IllegalArgumentException e) {
      throw new Unusable(e.getMessage());
    }
  }

  private static Progress requireIntact(StoredStateDict file) {
    String progress = file.metadata().get(PROGRESS);
    String checksum = file.metadata().get(CHECKSUM);
    if (progress == null || checksum == null) {
      throw new Unusable("it is no checkpoint of graft");
    }
    if (!checksum.equals(checksum(progress, file.tensors()))) {
      throw new Unusable("its checksum is wrong");
    }
    try {
      return JSON.readValue(progress, Progress.class);
    } catch (JsonProcessingException e) {
      throw new Unusable("another version of graft wrote it: " + e.getOriginalMessage());
    }
  }

  private static Map<String, StoredTensor> part(StoredStateDict file, String prefix) {
    Map<String, StoredTensor> part = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
              }
            });
    return part;
  }

  private static StoredTensor require(StoredStateDict file, String name) {
    StoredTensor tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new Unusable("it has no " + name);
    }
    return tensor;
  }

  private static void requireSame(Map<String, StoredTensor> found, Map<String, Tensor> wanted) {
    if (!found.keySet().equals(wanted.keySet())) {
      throw new Unusable("it holds other tensors than this run trains");
    }
    wanted.forEach(
        (name, tensor) -> {
          StoredTensor stored = found.get(name);
          if (stored == null || !stored.fits(tensor)) {
            throw new Unusable("its " + name + " has another type or shape than this run's");
          }
        });
  }

  private static void copy(Map<String, StoredTensor> from, Map<String, Tensor> to) {
    to.forEach(
        (name, tensor) -> {
          try (Tensor value = requireNonNull(from.get(name)).toTensor()) {
            tensor.copyFrom(value);
          }
        });
  }

  /** Why a checkpoint cannot be used. */
  static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable(@Nullable String reason) {
      super(reason);
    }
  }
}
