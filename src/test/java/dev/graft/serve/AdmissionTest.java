package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(2, 100);

  @Test
  void countsRequestsFromWhenTheirBodyIsThere() {
    List<Admission.Permit> reading = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      reading.add(admission.enter());
    }
    assertThat(admission.requests()).isZero();
    reading.get(0).begin();
    reading.get(0).begin(); // once
    reading.get(1).begin();
    assertThat(admission.requests()).isEqualTo(2);

    assertBusy(() -> reading.get(2).begin());
    assertBusy(admission::enter);
    reading.get(0).close();
    reading.get(2).begin();
    assertThat(admission.requests()).isEqualTo(2);
  }

  private static void assertBusy(Runnable refused) {
    assertThatThrownBy(refused::run)
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(Problem.UNAVAILABLE))
        .hasMessageEndingWith("Try again.");
  }

  @Test
  void countsBytesAsTheyCome() {
    Admission.Permit first = admission.enter();
    Admission.Permit second = admission.enter();
    first.hold(10);
    first.hold(60); // instead of the 10
    second.hold(40);
    assertThat(admission.bytes()).isEqualTo(100);
    assertBusy(() -> second.hold(41));
    assertBusy(() -> second.hold(Long.MAX_VALUE));
    assertThat(admission.bytes()).isEqualTo(100);
    first.close();
    second.hold(41);
    assertThat(admission.bytes()).isEqualTo(41);
  }

  @Test
  void oneAloneMayNeedMoreThanTheLimit() {
    Admission.Permit alone = admission.enter();
    alone.hold(1000);
    Admission.Permit other = admission.enter();
    assertBusy(() -> other.hold(1));
    alone.close();
    other.hold(1);
  }

  @Test
  void isReleasedOnce() {
    Admission.Permit permit = admission.enter();
    permit.begin();
    permit.hold(50);
    Admission.Permit other = admission.enter();
    other.begin();
    other.hold(50);

    permit.close();
    permit.close();
    permit.hold(30); // a body that still came when the request was given up
    permit.begin();
    assertThat(admission.requests()).isEqualTo(1);
    assertThat(admission.bytes()).isEqualTo(50);
  }
}
