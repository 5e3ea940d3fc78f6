package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StartSequenceTest {
  private static final ThreadGroup GROUP = new ThreadGroup("test");

  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<String> stopped = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final StartSequence sequence = sequence(Duration.ofHours(1), Duration.ofHours(1));

  private StartSequence sequence(Duration start, Duration stop) {
    return new StartSequence(2, said::add, nanos::get, new StartSequence.Limits(start, stop));
  }

  private class FakePart implements StartSequence.Part {
    private final String name;
    private final Runnable start;

    FakePart(String name, Runnable start) {
      this.name = name;
      this.start = start;
    }

    @Override
    public String start() {
      start.run();
      return "at " + name;
    }

    @Override
    public void close() {
      stopped.add(name);
    }
  }

  @Test
  void saysEachPartAsItIsReadyWithItsTime() {
    FakePart slow = new FakePart("broker", () -> nanos.addAndGet(3_900_000_000L));

    sequence.await(List.of(sequence.begin("broker", GROUP, () -> slow)));

    assertThat(said).containsExactly("[1/2] broker           ready in  3.9 s   at broker");
  }

  @Test
  void stopsInReverseOrder() {
    begin("broker", () -> {});
    begin("job", () -> {});

    sequence.close();
    sequence.close();

    assertThat(stopped).containsExactly("job", "broker");
  }

  @Test
  void theFirstFailureEndsTheWaitWhileOthersStillStart() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<FakePart> hanging =
        sequence.begin("broker", GROUP, () -> new FakePart("broker", () -> awaitQuietly(never)));
    CompletableFuture<FakePart> failing =
        sequence.begin(
            "registry",
            GROUP,
            () ->
                new FakePart(
                    "registry",
                    () -> {
                      throw new PlatformException("no space");
                    }));

    assertThatThrownBy(() -> sequence.await(List.of(hanging, failing)))
        .isInstanceOf(PlatformException.class)
        .hasMessage("no space");
    never.countDown();
    hanging.join();
  }

  @Test
  void aPartThatHangsIsNamedWithWhereItWaits() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    StartSequence impatient = sequence(Duration.ZERO, Duration.ofHours(1));
    CompletableFuture<FakePart> hanging =
        impatient.begin(
            "Flink", GROUP, () -> new FakePart("Flink", () -> enterAndWait(entered, never)));
    entered.await();

    assertThatThrownBy(() -> impatient.await(List.of(hanging)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("not ready after 0 s: Flink waits in ")
        .hasMessageContaining("StartSequenceTest");
    never.countDown();
    hanging.join();
  }

  @Test
  void aPartThatDoesNotStopDoesNotKeepTheOthersRunning() {
    CountDownLatch never = new CountDownLatch(1);
    StartSequence impatient = sequence(Duration.ofHours(1), Duration.ofMillis(1));
    impatient.await(
        List.of(impatient.begin("broker", GROUP, () -> new FakePart("broker", () -> {}))));
    impatient.await(
        List.of(
            impatient.begin(
                "Flink",
                GROUP,
                () ->
                    new FakePart("Flink", () -> {}) {
                      @Override
                      public void close() {
                        awaitQuietly(never);
                      }
                    })));

    impatient.close();

    assertThat(stopped).containsExactly("broker");
    assertThat(said).anyMatch(line -> line.startsWith("stopping the Flink: not done after"));
    never.countDown();
  }

  @Test
  void nothingIsBegunAfterTheStop() {
    sequence.close();

    assertThatThrownBy(() -> begin("late", () -> {})).hasMessageContaining("late");
    assertThat(stopped).isEmpty();
  }

  @Test
  void aPartThatFailsToStopDoesNotKeepTheOthersRunning() {
    begin("broker", () -> {});
    sequence.await(
        List.of(
            sequence.begin(
                "job",
                GROUP,
                () ->
                    new StartSequence.Part() {
                      @Override
                      public String start() {
                        return "";
                      }

                      @Override
                      public void close() {
                        throw new PlatformException("stuck");
                      }
                    })));

    sequence.close();

    assertThat(stopped).containsExactly("broker");
    assertThat(said).contains("stopping the job: stuck");
  }

  private void begin(String name, Runnable start) {
    sequence.await(List.of(sequence.begin(name, GROUP, () -> new FakePart(name, start))));
  }

  private static void enterAndWait(CountDownLatch entered, CountDownLatch latch) {
    entered.countDown();
    awaitQuietly(latch);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
