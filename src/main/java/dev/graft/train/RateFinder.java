package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.model.Network;
import dev.graft.torch.GraphOptimization;
import dev.graft.torch.Optimizer;
import dev.graft.torch.StateDict;
import dev.graft.torch.Tensor;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a learning rate by training a few steps, each at a higher rate, and watching the loss:
 * the range test of Smith 2015, <a href="https://arxiv.org/abs/1506.01186">Cyclical Learning Rates
 * for Training Neural Networks</a>, section 3.3, with rates that rise exponentially as in fastai
 * and PyTorch Lightning. What is too low changes nothing, what is too high makes the loss rise; the
 * suggestion lies where it falls most steeply.
 *
 * <p>The steps are those that {@link Trainer} would take: the same images in the same order, the
 * same objective, optimiser and precision. Rates of the backbone keep their ratio to the head's.
 * The network is left as it was, to the bit.
 */
public final class RateFinder {
  private final TrainingConfig config;
  private final RateRange range;
  private final TrainingListener listener;
  private final BooleanSupplier stop;

  /**
   * Makes a finder.
   *
   * @param config the loop's settings; of its rates only their ratio plays a part, and nothing that
   *     happens between epochs
   * @param range which rates to try
   * @param listener told of each batch
   * @param stop asked after every step; true ends the search
   * @throws IllegalArgumentException if the backbone has a rate of its own but the head's is 0
   */
  public RateFinder(
      TrainingConfig config, RateRange range, TrainingListener listener, BooleanSupplier stop) {
    if (config.backboneLr() != null && config.optimizer().lr() == 0) {
      throw new IllegalArgumentException(
          "The backbone's rate is to keep its ratio to lr, but lr is 0. Give both rates.");
    }
    // No average of weights that are thrown away.
    this.config = config.withUpdate(config.update().withEmaDecay(null));
    this.range = range;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Takes the steps.
   *
   * @param network what would be trained; in training mode afterwards, otherwise unchanged
   * @param train shuffled, augmented batches; epochs are begun until there are enough
   * @return the curve
   * @throws CancellationException if it was asked to stop
   * @throws dev.graft.data.DataException if an image cannot be loaded
   */
  public RateCurve find(Network network, DataLoader train) {
    new Trainer(config, listener, stop).requireFits(network);
    try (GraphOptimization off = GraphOptimization.off();
        StateDict before = StateDict.copyOf(network.module());
        TrainingState state = new TrainingState(network, config)) {
      try {
        return search(state, train);
      } finally {
        state.optimizer.zeroGrad();
        before.loadInto(network.module());
      }
    }
  }

  private RateCurve search(TrainingState state, DataLoader train) {
    state.network.train();
    try (Criterion criterion = new Criterion(config, state.network)) {
      var steps = new Steps(state, criterion);
      while (steps.end == null) {
        try (Batches batches = train.epoch(state.epoch)) {
          while (batches.hasNext() && steps.end == null) {
            try (Batch batch = batches.next()) {
              steps.take(batch);
            }
          }
        }
        state.epoch++;
      }
      return steps.curve.build(steps.end);
    }
  }

  /** The steps of a search, of which each takes one batch or several. */
  private final class Steps {
    private final TrainingState state;
    private final Criterion criterion;
    private final Stepper stepper;
    private final RateCurve.Builder curve = new RateCurve.Builder();
    private int step;
    private double lossSum;
    private RateCurve.@Nullable End end;

    Steps(TrainingState state, Criterion criterion) {
      this.state = state;
      this.criterion = criterion;
      this.stepper =
          new Stepper(
              state, config.update(), 0, range.steps() * config.update().accumulate(), Vote.none());
      setRates();
    }

    void take(Batch batch) {
      try (Tensor inputs = batch.inputs().to(config.device());
          Tensor labels = batch.labels().to(config.device());
          Mixture mixed = criterion.mix(inputs, labels, state.random(batch.index()))) {
        stepper.zeroGrad();
        try (Tensor logits = Trainer.forward(config, state.network, mixed.inputs());
            Tensor loss = criterion.loss(logits, mixed.targets())) {
          lossSum += loss.item();
          if (!Double.isFinite(lossSum)) {
            end = RateCurve.End.NOT_FINITE;
            return;
          }
          stepper.backward(loss);
        }
        if (stepper.step()) {
          finishStep(batch.samples().size());
        }
      }
    }

    private void finishStep(int images) {
      double loss = lossSum / config.update().accumulate();
      boolean diverged = curve.add(range.rate(step), loss);
      lossSum = 0;
      step++;
      if (stop.getAsBoolean()) {
        throw new CancellationException("Stopped before a rate was found; nothing was changed.");
      }
      if (diverged || step == range.steps()) {
        end = diverged ? RateCurve.End.DIVERGED : RateCurve.End.COMPLETED;
      } else {
        setRates();
      }
      int done = end == null ? step : range.steps();
      listener.on(
          new TrainingEvent.BatchFinished(
              0, Phase.TRAIN, done * images, range.steps() * images, loss));
    }

    private void setRates() {
      Optimizer optimizer = state.optimizer;
      double rate = range.rate(step);
      double headLr = config.optimizer().lr();
      Double backboneLr = config.backboneLr();
      for (int group = 0; group < optimizer.groups(); group++) {
        boolean head = group == optimizer.groups() - 1;
        optimizer.lr(group, head || backboneLr == null ? rate : rate * backboneLr / headLr);
      }
    }
  }
}
