package dev.graft.train;

import java.util.LinkedHashMap;
import java.util.Map;

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
    int epoch, Phase phase, double loss, double accuracy, double lr, int images, double seconds) {
  /**
   * Lists the numbers under their names in {@code metrics.jsonl}.
   *
   * @return an ordered map of numbers and the phase's name; the seconds are rounded
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epoch", epoch);
    map.put("phase", phase.label());
    map.put("loss", loss);
    map.put("acc", accuracy);
    map.put("lr", lr);
    map.put("images", images);
    map.put("seconds", roundedSeconds());
    return map;
  }

  /**
   * Returns the time as files have it.
   *
   * @return seconds with three decimals
   */
  public double roundedSeconds() {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
