package dev.graft.torch;

/**
 * Lets the learning rates fall along half a cosine from the base rate to {@code etaMin} in {@code
 * tMax} epochs, then rise again, as Python's {@code torch.optim.lr_scheduler.CosineAnnealingLR}:
 * each rate is computed from the one before.
 *
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html">CosineAnnealingLR</a>
 * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov, Hutter 2016, SGDR</a>
 */
public final class CosineAnnealingLr extends GroupRates implements LrScheduler {
  private final int tMax;
  private final double etaMin;

  /**
   * Makes a scheduler at epoch 0.
   *
   * @param optimizer whose rates to change
   * @param tMax epochs from the base rate to the lowest, at least 1
   * @param etaMin the lowest rate, not negative
   */
  public CosineAnnealingLr(Optimizer optimizer, int tMax, double etaMin) {
    super(optimizer);
    var checked = new Schedule.Cosine(tMax, etaMin);
    this.tMax = checked.epochs();
    this.etaMin = checked.minLr();
  }

  @Override
  double next(int group, double present) {
    if ((epoch() - 1 - tMax) % (2 * tMax) == 0) { // at the lowest, where the quotient below is 0/0
      return present + (base(group) - etaMin) * (1 - Math.cos(Math.PI / tMax)) / 2;
    }
    return (1 + Math.cos(Math.PI * epoch() / tMax))
            / (1 + Math.cos(Math.PI * (epoch() - 1) / tMax))
            * (present - etaMin)
        + etaMin;
  }

  @Override
  double first(int group) {
    return etaMin + (base(group) - etaMin) * (1 + Math.cos(0)) / 2;
  }
}
