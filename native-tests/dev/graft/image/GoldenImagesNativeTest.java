package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenImagesNativeTest {
  @Test
  void probe() {
    List<String> out = new ArrayList<>();
    try (ImageDecoder decoder = new ImageDecoder()) {
      for (String[] row : Golden.table("index.tsv")) {
        String seen;
        try {
          seen = Golden.digest(decoder.decode(Golden.bytes(row[0]), row[0]));
        } catch (ImageException e) {
          seen = "refused " + e.reason();
        }
        if (!seen.equals(row[3])) {
          out.add(row[0] + ": " + seen + (row[3].equals("refused") ? " (so does Pillow)" : ""));
        }
      }
      int[] counts = new int[4];
      for (String[] row : Golden.table("damage.tsv")) {
        byte[] data = Golden.bytes(row[0]);
        int at = Integer.parseInt(row[2]);
        if (row[1].equals("cut")) {
          data = java.util.Arrays.copyOf(data, at);
        } else {
          data[at] ^= (byte) Integer.parseInt(row[3]);
        }
        String seen;
        try {
          seen = Golden.digest(decoder.decode(data, row[0]));
        } catch (ImageException e) {
          seen = "refused";
          if (!row[4].equals("refused")) {
            counts[0]++;
            out.add("stricter: " + String.join(" ", row) + " " + e.reason());
            continue;
          }
        }
        if (seen.equals(row[4])) {
          counts[1]++;
        } else {
          counts[2]++;
          out.add((row[4].equals("refused") ? "LAXER: " : "OTHER: ") + String.join(" ", row));
        }
      }
      out.add(java.util.Arrays.toString(counts));
    }
    out.forEach(System.out::println);
    assertThat(out).isNotNull();
  }
}
