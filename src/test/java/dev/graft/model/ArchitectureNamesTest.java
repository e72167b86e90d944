package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureNamesTest {
  @Test
  void labelsAreTorchvisionsNames_andOneOfGrafts() {
    assertThat(Arrays.stream(Architecture.values()).map(Architecture::label))
        .containsExactly(
            "resnet18",
            "resnet34",
            "resnet50",
            "resnet101",
            "mobilenet_v2",
            "mobilenet_v3_large",
            "efficientnet_b0",
            "convnext_tiny",
            "vit_b_16",
            "resnet18_w16");
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsLabel(Architecture architecture) {
    assertThat(Architecture.of(architecture.label())).isSameAs(architecture);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RESNET18", "resnet152", " vit_b_16"})
  void unknownNamesAreRefusedWithAList(String name) {
    assertThatThrownBy(() -> Architecture.of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("No architecture \"" + name + "\"; there are: resnet18, resnet34,")
        .hasMessageEndingWith("vit_b_16, resnet18_w16.");
  }

  /** As the transforms of torchvision's IMAGENET1K_V1 weights. */
  @ParameterizedTest
  @CsvSource({"RESNET50, 256", "EFFICIENTNET_B0, 256", "CONVNEXT_TINY, 236", "VIT_B_16, 256"})
  void preprocessesAsTorchvisionsWeightsWant(Architecture architecture, int resize) {
    assertThat(architecture.defaultImageSize()).isEqualTo(224);
    assertThat(architecture.preprocessing().imageSize()).isEqualTo(224);
    assertThat(architecture.preprocessing().resize()).isEqualTo(resize);
    assertThat(architecture.preprocessing().mean()).containsExactly(0.485, 0.456, 0.406);
  }
}
