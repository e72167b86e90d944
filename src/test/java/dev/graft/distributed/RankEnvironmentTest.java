package dev.graft.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankEnvironmentTest {
  private static final Map<String, String> TORCHRUN =
      Map.of(
          "RANK", "1",
          "LOCAL_RANK", "1",
          "WORLD_SIZE", "4",
          "LOCAL_WORLD_SIZE", "3",
          "MASTER_ADDR", "node-0",
          "MASTER_PORT", "29500",
          "TORCHELASTIC_USE_AGENT_STORE", "True",
          "TORCHELASTIC_RESTART_COUNT", "2");

  private static Map<String, String> torchrun(String name, String value) {
    Map<String, String> environment = new HashMap<>(TORCHRUN);
    environment.put(name, value);
    return environment;
  }

  @Test
  void readsWhatTorchrunSets() {
    assertThat(RankEnvironment.of(TORCHRUN))
        .contains(new RankEnvironment(1, 4, "node-0", 29500, true, 2, 3, null));
  }

  @Test
  void rankZeroServesTheStore_unlessTheLauncherDoes() {
    assertThat(RankEnvironment.of(torchrun("RANK", "0")).orElseThrow().serves()).isFalse();
    Map<String, String> plain = torchrun("RANK", "0");
    plain.remove("TORCHELASTIC_USE_AGENT_STORE");
    assertThat(RankEnvironment.of(plain).orElseThrow().serves()).isTrue();
  }

  @Test
  void takesTheNetworkInterfaceThatGlooTakes() {
    assertThat(
            RankEnvironment.of(torchrun("GLOO_SOCKET_IFNAME", "eth1"))
                .orElseThrow()
                .networkInterface())
        .isEqualTo("eth1");
  }

  @Test
  void isNobody_withoutRankAndWorldSize() {
    assertThat(RankEnvironment.of(Map.of("MASTER_PORT", "29500", "HOME", "/root"))).isEmpty();
  }

  @Test
  void aLocalRankCountsOnlyIfALauncherGaveIt() {
    assertThat(RankEnvironment.localRank(Map.of("LOCAL_RANK", "3"))).isZero();
    assertThat(RankEnvironment.localRank(torchrun("LOCAL_RANK", "3"))).isEqualTo(3);
    assertThatThrownBy(() -> RankEnvironment.localRank(torchrun("LOCAL_RANK", "-1")))
        .hasMessageContaining("LOCAL_RANK is \"-1\"");
  }

  @Test
  void namesWhatIsMissing() {
    assertThatThrownBy(() -> RankEnvironment.of(Map.of("RANK", "0", "MASTER_ADDR", "node-0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("WORLD_SIZE and MASTER_PORT are not set")
        .hasMessageContaining("unset them all");
  }

  @ParameterizedTest
  @CsvSource({
    "RANK, 4, from 0 to 3",
    "RANK, -1, from 0 to 3",
    "RANK, one, from 0 to 3",
    "WORLD_SIZE, 0, 1 or more",
    "MASTER_PORT, 65536, from 1 to 65535"
  })
  void namesAWrongValueAndItsRange(String name, String value, String range) {
    assertThatThrownBy(() -> RankEnvironment.of(torchrun(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name + " is \"" + value + "\"")
        .hasMessageContaining(range);
  }
}
