package dev.graft.train;

/**
 * What one phase of one epoch gave.
 *
 * @param epoch from 0
 * @param phase which
 * @param loss mean cross-entropy of the images
 * @param accuracy share of the images whose largest logit is their label's, 0 to 1
 * @param lr learning rate of the epoch
 * @param images how many
 * @param seconds wall-clock time
 */
public record PhaseResult(
    int epoch, Phase phase, double loss, double accuracy, double lr, int images, double seconds) {}
