package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private final StartSequence sequence = new StartSequence(2, said::add, nanos::get);

  private final class FakePart implements StartSequence.Part {
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

    StartSequence.await(List.of(sequence.begin("broker", GROUP, () -> slow)));

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

    assertThatThrownBy(() -> StartSequence.await(List.of(hanging, failing)))
        .isInstanceOf(PlatformException.class)
        .hasMessage("no space");
    never.countDown();
    hanging.join();
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
    StartSequence.await(
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
    StartSequence.await(List.of(sequence.begin(name, GROUP, () -> new FakePart(name, start))));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
