package dev.graft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.tools.NativeAllocationTracer;
import org.bytedeco.javacpp.tools.NativeAllocationTracer.Site;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NativeMemoryNativeTest {
  private static final Preprocessing IMAGENET = Preprocessing.imagenet(64);

  @Test
  void everyNativeAllocationIsFreedByClose_notByTheCollector() throws InterruptedException {
    Assumptions.assumeTrue(
        Boolean.getBoolean("org.bytedeco.javacpp.nativeAllocationTracer"),
        "needs -Dorg.bytedeco.javacpp.nativeAllocationTracer=true");
    for (int round = 0; round < 3; round++) {
      loadAll();
    }
    System.gc();
    Thread.sleep(200);
    List<Site> sites =
        NativeAllocationTracer.getSites().stream()
            .filter(site -> site.getLocation().toString().contains("dev.graft"))
            .toList();
    assertThat(sites).isNotEmpty();
    assertThat(sites)
        .allSatisfy(
            site -> {
              assertThat(site.getCollectedCounts()).as("collected: " + site).isZero();
              assertThat(site.getLiveCounts()).as("live: " + site).isZero();
            });
  }

  @Test
  @SuppressWarnings("try") // the scope works by being open
  void aCallersScopeDoesNotFreeTheBuffers() {
    FloatBuffer out = FloatBuffer.allocate(IMAGENET.floats());
    ImagePipeline pipeline;
    try (PointerScope scope = new PointerScope()) {
      pipeline = new ImagePipeline(IMAGENET, IMAGENET.evalTransforms());
    }
    try (pipeline) {
      pipeline.load(Golden.bytes("rgb.png"), "rgb.png", new SplittableRandom(1), out, 0);
    }
    assertThat(out.get(0)).isNotZero();
  }

  private static void loadAll() {
    FloatBuffer out = FloatBuffer.allocate(IMAGENET.floats());
    try (ImagePipeline pipeline = new ImagePipeline(IMAGENET, IMAGENET.trainTransforms())) {
      for (String[] row : Golden.table("index.tsv")) {
        byte[] encoded = Golden.bytes(row[0]);
        byte[] half = java.util.Arrays.copyOf(encoded, encoded.length / 2);
        for (byte[] data : List.of(encoded, half)) {
          try {
            pipeline.load(data, row[0], new SplittableRandom(1), out, 0);
          } catch (ImageException refused) {
            assertThat(refused).hasMessageContaining(row[0]);
          }
        }
      }
    }
  }
}
