package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.model.Inference;
import dev.graft.model.Network;
import dev.graft.torch.Autocast;
import dev.graft.torch.DType;
import dev.graft.torch.GraphOptimization;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The training loop of PyTorch's transfer-learning tutorial ({@code train_model}): each epoch a
 * training and a validation phase, the scheduler's step after the training phase, the weights with
 * the best validation accuracy kept and restored at the end.
 *
 * @see <a href="https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html">the
 *     tutorial</a>
 */
public final class Trainer {
  private final TrainingConfig config;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Ranks ranks;

  /**
   * Makes a trainer that trains alone.
   *
   * @param config its settings
   * @param listener told what happens
   * @param stop asked after every step; true ends the run, with the best weights restored
   */
  public Trainer(TrainingConfig config, TrainingListener listener, BooleanSupplier stop) {
    this(config, listener, stop, Ranks.single());
  }

  /**
   * Makes a trainer, one of several that train one network together. The loaders of each give its
   * shard of the images; a step's gradient is the mean of all ranks' gradients, as in PyTorch's
   * {@code DistributedDataParallel}. All end with the same weights; events tell of all ranks'
   * images.
   *
   * @param config its settings, the same on all ranks
   * @param listener told what happens
   * @param stop asked after every step; true on any rank ends the run on all of them
   * @param ranks which train together
   */
  public Trainer(
      TrainingConfig config, TrainingListener listener, BooleanSupplier stop, Ranks ranks) {
    this.config = config;
    this.listener = listener;
    this.stop = stop;
    this.ranks = ranks;
  }

  /**
   * Trains a network and leaves the best weights in it.
   *
   * @param network what to train
   * @param train shuffled, augmented batches
   * @param val the batches that decide which epoch is best
   * @return how it went
   * @throws dev.graft.data.DataException if an image cannot be loaded
   */
  public TrainingResult fit(Network network, DataLoader train, DataLoader val) {
    return fit(network, train, val, Checkpoints.none());
  }

  /**
   * Trains a network, or goes on where its newest checkpoint was written, and leaves the best
   * weights in it.
   *
   * @param network what to train; for a resumed run, as it was when the run began
   * @param train shuffled, augmented batches
   * @param val the batches that decide which epoch is best
   * @param checkpoints where the run's state is kept
   * @return how it went
   * @throws dev.graft.data.DataException if an image cannot be loaded
   * @throws RunException if there are checkpoints but none of them can be used
   */
  public TrainingResult fit(
      Network network, DataLoader train, DataLoader val, Checkpoints checkpoints) {
    requireFits(network);
    // TorchScript's optimiser changes the graph after its first runs, and with it the last bits.
    try (GraphOptimization off = GraphOptimization.off();
        TrainingState state = new TrainingState(network, config)) {
      SharedState.begin(state, checkpoints, listener, ranks);
      RunStopped stopped = null;
      try {
        run(state, train, val, checkpoints);
      } catch (RunStopped e) {
        stopped = e;
      }
      if (stopped != null && stopped.outcome == TrainingResult.Outcome.INTERRUPTED) {
        write(state, checkpoints);
      }
      state.best.restore();
      network.eval();
      TrainingResult result = TrainingResult.of(state, stopped, config);
      listener.on(new TrainingEvent.RunFinished(result));
      return result;
    }
  }

  /**
   * Checks the settings that depend on the network.
   *
   * @throws IllegalArgumentException if one cannot be used
   */
  void requireFits(Network network) {
    Criterion.requireFits(config.objective(), network.classCount());
    if (config.backboneLr() != null && network.parameters(Network.Part.BACKBONE).isEmpty()) {
      throw new IllegalArgumentException(
          "backbone-lr is given, but nothing of the backbone is trained. Leave it out, or train"
              + " some of the backbone.");
    }
  }

  private void run(TrainingState state, DataLoader train, DataLoader val, Checkpoints checkpoints) {
    while (state.epoch < config.epochs() && !state.outOfPatience()) {
      vote(checkpoints).cast();
      listener.on(new TrainingEvent.EpochStarted(state.epoch, config.epochs()));
      if (config.unfreezeAt() != null && state.epoch >= config.unfreezeAt()) {
        state.network.unfreeze();
      }
      if (!state.trained) {
        state.lr = state.optimizer.lr();
        trainOneEpoch(state, train, checkpoints);
        state.scheduler.step();
        state.trained = true;
      }
      PhaseResult validation = validate(state, val);
      state.scheduler.observe(validation.loss());
      state.nextEpoch();
      write(state, checkpoints);
    }
  }

  private Vote vote(Checkpoints checkpoints) {
    return new Vote(ranks, stop, checkpoints::isDue);
  }

  private void write(TrainingState state, Checkpoints checkpoints) {
    checkpoints.write(state, state.meter.counts(ranks));
  }

  private void trainOneEpoch(TrainingState state, DataLoader loader, Checkpoints checkpoints) {
    Network network = state.network;
    network.train();
    Vote vote = vote(checkpoints);
    int first = firstBatch(state, loader);
    try (Batches batches = loader.epoch(state.epoch, first);
        Criterion criterion = new Criterion(config, network)) {
      var stepper = new Stepper(state, config.update(), first, batches.count(), vote);
      while (batches.hasNext()) {
        boolean stepped;
        try (Batch batch = batches.next();
            Tensor inputs = batch.inputs().to(config.device());
            Tensor labels = batch.labels().to(config.device());
            Mixture mixed = criterion.mix(inputs, labels, state.random(draw(batch)))) {
          stepper.zeroGrad();
          try (Tensor logits = forward(config, network, mixed.inputs());
              Tensor loss = criterion.loss(logits, mixed.targets())) {
            stepper.backward(loss);
            count(state.meter, batch, logits, loss, vote);
            listener.on(state.meter.progress(loader.samples().size(), ranks));
            stepped = stepper.step();
          }
          state.position = stepped ? loader.position(batch.index() + 1) : state.position;
        }
        if (stepped) {
          vote.requireGoingOn();
          if (vote.isCheckpointDue()) {
            write(state, checkpoints);
          }
        }
      }
    }
    finish(state, state.meter.result(state.lr, state.meter.counts(ranks)));
  }

  /** Where the epoch goes on: a step's first batch. */
  private int firstBatch(TrainingState state, DataLoader loader) {
    int batch = loader.batchAt(state.position);
    return batch == loader.batchesPerEpoch() ? batch : batch - batch % config.update().accumulate();
  }

  /** The number that a batch's randomness follows from, another on each rank. */
  private long draw(Batch batch) {
    return (long) batch.index() * ranks.size() + ranks.rank();
  }

  private static void count(Meter meter, Batch batch, Tensor logits, Tensor loss, Vote vote) {
    try {
      meter.count(batch, logits, loss);
    } catch (RunStopped e) {
      vote.end(e);
    }
  }

  /** The logits in float32, so that the loss has full precision. */
  static Tensor forward(TrainingConfig config, Network network, Tensor inputs) {
    if (config.precision() == Precision.FP32) {
      return network.forward(inputs);
    }
    try (Autocast autocast = Autocast.open(config.device(), config.precision());
        Tensor logits = network.forward(inputs)) {
      return logits.to(DType.FLOAT32);
    }
  }

  private PhaseResult validate(TrainingState state, DataLoader loader) {
    ranks.broadcast(state.network.buffers().values());
    Vote vote = new Vote(ranks, () -> false, () -> false);
    var meter = new Meter(state.epoch, Phase.VAL);
    var answers = new SharedAnswers(loader.samples());
    try (AveragedWeights.Swap averaged = state.swapInAverage();
        Inference inference = state.network.inference(config.precision())) {
      EvaluationPass.run(
          inference,
          loader,
          config.device(),
          (batch, logits, loss) -> {
            count(meter, batch, logits, loss, vote);
            answers.add(batch, logits);
            listener.on(meter.progress(loader.samples().size(), ranks));
            boolean last = batch.index() == loader.batchesPerEpoch() - 1; // then keep the epoch
            if (!last && stop.getAsBoolean()) {
              vote.end(RunStopped.asked());
            }
            return !vote.isEnding();
          });
      vote.cast();
      PhaseResult validation = meter.result(state.lr, meter.counts(ranks));
      List<Evaluation.Answer> all = answers.all(ranks);
      finish(state, validation);
      if (state.best.offer(validation)) {
        listener.on(new TrainingEvent.BestImproved(validation, all));
      }
      return validation;
    }
  }

  private void finish(TrainingState state, PhaseResult result) {
    state.results.add(result);
    listener.on(new TrainingEvent.PhaseFinished(result));
  }
}
