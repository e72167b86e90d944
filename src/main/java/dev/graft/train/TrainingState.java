package dev.graft.train;

import dev.graft.model.Network;
import dev.graft.torch.LrScheduler;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Optimizer;
import dev.graft.torch.ParameterGroup;
import dev.graft.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Everything a run is in the middle of: what training has changed, and how far it is. From the same
 * state, training goes on bit for bit the same; {@link Checkpoint} writes it down. There is no
 * state of a random generator in it: what is drawn in a step follows from (seed, epoch, batch).
 */
final class TrainingState implements AutoCloseable {
  final Network network;
  final Optimizer optimizer;
  final LrScheduler scheduler;
  final BestWeights best;
  final @Nullable AveragedWeights average;
  private final TrainingConfig config;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();

  /** The epoch under way, from 0; the number of epochs when all are done. */
  int epoch;

  /** How far into the epoch's order of images its training phase is, over all ranks. */
  int position;

  /** Whether its training phase is over. */
  boolean trained;

  /** The head's learning rate in this epoch. */
  double lr;

  /** What its training phase has counted so far. */
  Meter meter = new Meter(0, Phase.TRAIN);

  /** The finished phases, in order. */
  final List<PhaseResult> results = new ArrayList<>();

  private double earlierSeconds;
  private final long start = System.nanoTime();

  TrainingState(Network network, TrainingConfig config) {
    this.network = network;
    this.config = config;
    List<ParameterGroup> groups = new ArrayList<>();
    double headLr = config.optimizer().lr();
    double backboneLr = config.backboneLr() == null ? headLr : config.backboneLr();
    addGroup(groups, network.parameters(Network.Part.BACKBONE), backboneLr);
    addGroup(groups, network.parameters(Network.Part.HEAD), headLr);
    Double decay = config.update().emaDecay();
    optimizer = config.optimizer().create(groups);
    try {
      scheduler = config.schedule().create(optimizer);
      best = new BestWeights(network.module());
      average = decay == null ? null : new AveragedWeights(parameters, decay);
    } catch (Throwable e) {
      optimizer.close();
      throw e;
    }
  }

  private void addGroup(List<ParameterGroup> groups, Map<String, Tensor> part, double lr) {
    if (!part.isEmpty()) {
      groups.add(new ParameterGroup(List.copyOf(part.values()), lr));
      parameters.putAll(part);
    }
  }

  /** The parameters that are trained now or later, by name; borrowed. */
  Map<String, Tensor> parameters() {
    return parameters;
  }

  /** What training changes of the network: those parameters, and buffers; borrowed. */
  Map<String, Tensor> changing() {
    Map<String, Tensor> changing = new LinkedHashMap<>(parameters);
    changing.putAll(network.buffers());
    return changing;
  }

  /** Goes on to the next epoch. */
  void nextEpoch() {
    epoch++;
    position = 0;
    trained = false;
    meter = new Meter(epoch, Phase.TRAIN);
  }

  /** Whether the last {@code patience} epochs brought nothing better. */
  boolean outOfPatience() {
    return config.patience() != null && epoch - 1 - best.epoch() >= config.patience();
  }

  /** The randomness of a batch of this epoch; libtorch's generator, for dropout, is seeded too. */
  SplittableRandom random(long index) {
    long ofEpoch = new SplittableRandom(config.seed()).nextLong() + epoch;
    long ofBatch = new SplittableRandom(ofEpoch).nextLong() + index;
    var random = new SplittableRandom(ofBatch);
    NativeRuntime.manualSeed(random.nextLong());
    return random;
  }

  /** Puts averaged weights, where there are any, into the network until the result is closed. */
  AveragedWeights.@Nullable Swap swapInAverage() {
    return average == null ? null : average.swapIn();
  }

  /** Wall-clock time of the run, before a resume included. */
  double seconds() {
    return earlierSeconds + (System.nanoTime() - start) / 1e9;
  }

  /** Adds the time that the run had taken when it was resumed. */
  void addSeconds(double seconds) {
    earlierSeconds += seconds;
  }

  @Override
  public void close() {
    optimizer.close();
    best.close();
    if (average != null) {
      average.close();
    }
  }
}
