package dev.graft.data;

import java.util.Comparator;

/**
 * The order of Python's {@code sorted} on strings: by Unicode code point. {@link String#compareTo}
 * differs where a name holds a character outside the Basic Multilingual Plane, an emoji for
 * example.
 */
enum CodePointOrder implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean aHigh = Character.isSurrogate(a);
        boolean bHigh = Character.isSurrogate(b);
        return aHigh == bHigh ? Character.compare(a, b) : Boolean.compare(aHigh, bHigh);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
