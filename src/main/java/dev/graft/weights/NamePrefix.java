package dev.graft.weights;

import java.util.Collection;
import java.util.List;

/**
 * What wrappers put before the name of every tensor: {@code module.} by nn.DataParallel and
 * DistributedDataParallel, {@code _orig_mod.} by torch.compile. A wrapped wrapper puts both, in the
 * order of the wrapping.
 */
final class NamePrefix {
  private static final List<String> KNOWN = List.of("module.", "_orig_mod.");

  private NamePrefix() {}

  /**
   * Counts the characters of the prefixes that all names have.
   *
   * <p>Nothing is copied on the way: a hostile name may be a prefix repeated a million times.
   *
   * @param names at least one name
   */
  static int length(Collection<String> names) {
    int length = 0;
    int longer;
    do {
      longer = length;
      for (String prefix : KNOWN) {
        int at = length;
        if (names.stream().allMatch(name -> name.startsWith(prefix, at))) {
          length += prefix.length();
        }
      }
    } while (length > longer);
    return length;
  }
}
