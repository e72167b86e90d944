package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareTeamTest {
  @Test
  void countsTheProcessorsOfAList() {
    assertThat(SpareTeam.count("0")).isEqualTo(1);
    assertThat(SpareTeam.count("0-1")).isEqualTo(2);
    assertThat(SpareTeam.count("0-3,8,10-11")).isEqualTo(7);
  }
}
