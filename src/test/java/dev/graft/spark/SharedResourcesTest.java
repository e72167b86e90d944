package dev.graft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedResourcesTest {
  private final class Model implements AutoCloseable {
    private final String name;

    Model(String name) {
      this.name = name;
      made.add(name);
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  private final List<String> made = Collections.synchronizedList(new ArrayList<>());
  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong now = new AtomicLong();
  private final SharedResources<String, Model> models = new SharedResources<>(60, now::get);

  @Test
  void makesOne_forTasksAtTheSameTime() throws InterruptedException {
    var together = new CountDownLatch(8);
    List<Model> seen = Collections.synchronizedList(new ArrayList<>());
    List<Thread> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var task =
          new Thread(
              () -> {
                together.countDown();
                try (var lease = models.lease("bees", Model::new)) {
                  seen.add(lease.resource());
                }
              });
      task.start();
      tasks.add(task);
    }
    for (Thread task : tasks) {
      task.join();
    }

    assertThat(made).containsExactly("bees");
    assertThat(seen).hasSize(8).containsOnly(seen.get(0));
    assertThat(closed).isEmpty();
  }

  @Test
  void keepsIt_forTheNextTask() {
    models.lease("bees", Model::new).close();
    now.set(59);
    models.sweep();
    models.lease("bees", Model::new).close();

    assertThat(made).containsExactly("bees");
    assertThat(closed).isEmpty();
  }

  @Test
  void closesWhatIsIdle_whenSwept() {
    models.lease("bees", Model::new).close();
    var cats = models.lease("cats", Model::new);
    now.set(59);
    models.sweep();
    assertThat(closed).isEmpty();

    now.set(1000);
    models.sweep();
    assertThat(closed).containsExactly("bees"); // cats are in use

    cats.close();
    now.set(2000);
    models.sweep();
    assertThat(closed).containsExactly("bees", "cats");
  }

  @Test
  void makesItAgain_afterItWasSwept() {
    models.lease("bees", Model::new).close();
    now.set(1000);
    models.sweep();
    models.lease("bees", Model::new).close();

    assertThat(made).containsExactly("bees", "bees");
  }

  @Test
  void returnsALease_once() {
    var first = models.lease("bees", Model::new);
    var second = models.lease("bees", Model::new);
    first.close();
    first.close();
    now.set(1000);
    models.sweep();

    assertThat(closed).isEmpty();
    second.close();
  }

  @Test
  void triesAgain_afterAFailure() {
    assertThatThrownBy(
            () ->
                models.lease(
                    "bees",
                    name -> {
                      throw new IllegalStateException("no memory");
                    }))
        .hasMessage("no memory");

    assertThat(models.lease("bees", Model::new).resource().name).isEqualTo("bees");
  }

  @Test
  void closesAllAtTheEnd_andMakesNoMore() {
    var lease = models.lease("bees", Model::new);
    models.lease("cats", Model::new).close();
    models.close();

    assertThat(closed).containsExactlyInAnyOrder("bees", "cats");
    lease.close();
    assertThatThrownBy(() -> models.lease("bees", Model::new))
        .hasMessage("This process is ending.");
    assertThat(made).hasSize(2);
  }
}
