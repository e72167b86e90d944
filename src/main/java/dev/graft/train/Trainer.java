package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.model.Network;
import dev.graft.torch.Functional;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Sgd;
import dev.graft.torch.StepLr;
import dev.graft.torch.Tensor;
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

  /**
   * Makes a trainer.
   *
   * @param config its settings
   * @param listener told what happens
   * @param stop asked after every batch; true ends the run, with the best weights restored
   */
  public Trainer(TrainingConfig config, TrainingListener listener, BooleanSupplier stop) {
    this.config = config;
    this.listener = listener;
    this.stop = stop;
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
    long start = System.nanoTime();
    var outcome = TrainingResult.Outcome.COMPLETED;
    String message = "";
    try (Sgd optimizer = new Sgd(network.trainableParameters(), config.sgd());
        BestWeights best = new BestWeights(network.module())) {
      var scheduler = new StepLr(optimizer, config.stepSize(), config.gamma());
      try {
        for (int epoch = 0; epoch < config.epochs(); epoch++) {
          requireNotStopped();
          listener.on(new TrainingEvent.EpochStarted(epoch, config.epochs()));
          double lr = optimizer.lr();
          trainOneEpoch(network, optimizer, train, epoch, lr);
          scheduler.step();
          PhaseResult validation = validate(network, val, epoch, lr);
          if (best.offer(validation)) {
            listener.on(new TrainingEvent.BestImproved(validation));
          }
        }
      } catch (RunStopped e) {
        outcome = e.outcome;
        message = e.reason;
      }
      best.restore();
      network.eval();
      double seconds = (System.nanoTime() - start) / 1e9;
      var result = new TrainingResult(outcome, best.epoch(), best.accuracy(), seconds, message);
      listener.on(new TrainingEvent.RunFinished(result));
      return result;
    }
  }

  private void trainOneEpoch(
      Network network, Sgd optimizer, DataLoader loader, int epoch, double lr) {
    network.train();
    var meter = new Meter(epoch, Phase.TRAIN);
    try (Batches batches = loader.epoch(epoch)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next();
            Tensor inputs = batch.inputs().to(config.device());
            Tensor labels = batch.labels().to(config.device())) {
          optimizer.zeroGrad();
          try (Tensor logits = network.forward(inputs);
              Tensor loss = Functional.crossEntropy(logits, labels)) {
            loss.backward();
            optimizer.step();
            count(meter, batch, logits, loss, loader);
          }
        }
      }
    }
    listener.on(new TrainingEvent.PhaseFinished(meter.result(lr)));
  }

  private PhaseResult validate(Network network, DataLoader loader, int epoch, double lr) {
    network.eval();
    var meter = new Meter(epoch, Phase.VAL);
    try (NoGrad guard = NoGrad.open();
        Batches batches = loader.epoch(epoch)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next();
            Tensor inputs = batch.inputs().to(config.device());
            Tensor labels = batch.labels().to(config.device());
            Tensor logits = network.forward(inputs);
            Tensor loss = Functional.crossEntropy(logits, labels)) {
          count(meter, batch, logits, loss, loader);
        }
      }
    }
    PhaseResult result = meter.result(lr);
    listener.on(new TrainingEvent.PhaseFinished(result));
    return result;
  }

  private void requireNotStopped() {
    if (stop.getAsBoolean()) {
      throw RunStopped.asked();
    }
  }

  private void count(Meter meter, Batch batch, Tensor logits, Tensor loss, DataLoader loader) {
    double value = loss.item();
    if (!Double.isFinite(value)) {
      String firstFile = batch.samples().get(0).path().toString();
      throw RunStopped.notFinite(value, meter, batch.index(), firstFile);
    }
    meter.add(value, Meter.argmax(logits), batch.labels().toLongArray());
    listener.on(
        new TrainingEvent.BatchFinished(
            meter.epoch, meter.phase, meter.images(), loader.size(), meter.meanLoss()));
    boolean epochIsWhole = meter.phase == Phase.VAL && meter.images() == loader.size();
    if (!epochIsWhole) {
      requireNotStopped();
    }
  }
}
