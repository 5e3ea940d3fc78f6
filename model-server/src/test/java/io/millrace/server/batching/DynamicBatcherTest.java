package io.millrace.server.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DynamicBatcherTest {
  private static final Duration NO_DELAY = Duration.ZERO;
  private static final Duration DELAY = Duration.ofMillis(2);

  private static BatcherFixture with(int maxRows, Duration delay, int capacity) {
    return new BatcherFixture(BatcherFixture.limits(maxRows, delay, capacity), 1);
  }

  @Test
  void aLoneRequestIsComputedAtOnceWithoutDelay() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    FakeRequest request = fixture.submit("a1");
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1"));
    assertThat(request.answers).isEqualTo(1);
  }

  @Test
  void requestsThatComeWhileAllInstancesAreBusyShareABatch() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    fixture.submit("a1");
    fixture.submit("a2");
    fixture.submit("a3");
    assertThat(fixture.startedThreads()).isEqualTo(1);
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1", "a2", "a3"));
  }

  @Test
  void aBatchNeverHasMoreRowsThanAllowed() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    for (int rows : new int[] {2, 2, 1, 3, 1}) {
      FakeRequest request = fixture.request("a" + rows);
      request.rows = rows;
      fixture.batcher.submit(request);
    }
    fixture.runAll();
    assertThat(fixture.batches)
        .containsExactly(List.of("a2", "a2"), List.of("a1", "a3"), List.of("a1"));
  }

  @Test
  void incompatibleRequestsEndABatchAndKeepTheirOrder() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    List.of("a1", "b1", "b2", "a2").forEach(fixture::submit);
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1"), List.of("b1", "b2"), List.of("a2"));
  }

  @Test
  void withoutDynamicBatchingEveryRequestRunsAlone() {
    BatcherFixture fixture =
        new BatcherFixture(new BatchingLimits(4, DELAY, Duration.ZERO, 8, false), 1);
    fixture.submit("a1");
    fixture.submit("a2");
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1"), List.of("a2"));
  }

  @Test
  void aSecondInstanceStartsOnlyWhenTheFirstHasTakenItsBatch() {
    BatcherFixture fixture = new BatcherFixture(BatcherFixture.limits(2, NO_DELAY, 8), 2);
    List.of("a1", "a2", "a3").forEach(fixture::submit);
    assertThat(fixture.startedThreads()).isEqualTo(1);
    fixture.runOneThread();
    assertThat(fixture.batches).contains(List.of("a1", "a2"), List.of("a3"));
    fixture.runAll();
    assertThat(fixture.batches).hasSize(2);
  }

  @Test
  void withADelayTheFirstRequestWaitsForCompany() {
    BatcherFixture fixture = with(4, DELAY, 8);
    fixture.submit("a1");
    assertThat(fixture.startedThreads()).isZero();
    fixture.advance(Duration.ofMillis(1));
    fixture.submit("a2");
    assertThat(fixture.startedThreads()).isZero();
    assertThat(fixture.delays()).containsExactly(DELAY.toNanos());
    fixture.advance(Duration.ofMillis(1));
    fixture.fireTimer();
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1", "a2"));
  }

  @Test
  void aFullBatchDoesNotWaitForItsDelay() {
    BatcherFixture fixture = with(2, DELAY, 8);
    fixture.submit("a1");
    fixture.submit("a2");
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1", "a2"));
  }

  @Test
  void aTimerThatFiresLateFindsNothingToDoAndTheNextRequestGetsItsOwn() {
    BatcherFixture fixture = with(2, DELAY, 8);
    List.of("a1", "a2").forEach(fixture::submit);
    fixture.runAll();
    fixture.fireTimer();
    fixture.submit("a3");
    assertThat(fixture.delays()).hasSize(2);
    fixture.advance(DELAY);
    fixture.fireTimer();
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1", "a2"), List.of("a3"));
  }

  @Test
  void expiredRequestsAreDroppedBeforeTheyCostComputing() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    FakeRequest late = fixture.request("a1");
    late.deadline = Duration.ofMillis(1).toNanos();
    fixture.batcher.submit(late);
    FakeRequest patient = fixture.submit("a2");
    fixture.advance(Duration.ofMillis(1));
    fixture.runAll();
    assertThat(late.rejected).isEqualTo(Rejection.EXPIRED);
    assertThat(patient.answers).isEqualTo(1);
    assertThat(fixture.batches).containsExactly(List.of("a2"));
  }

  @Test
  void requestsThatWaitedTooLongAreDropped() {
    BatcherFixture fixture = new BatcherFixture(new BatchingLimits(4, NO_DELAY, DELAY, 8, true), 1);
    FakeRequest request = fixture.submit("a1");
    fixture.advance(DELAY);
    fixture.runAll();
    assertThat(request.rejected).isEqualTo(Rejection.EXPIRED);
  }

  @Test
  void abandonedRequestsAreDropped() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    FakeRequest request = fixture.submit("a1");
    request.abandoned = true;
    fixture.runAll();
    assertThat(request.rejected).isEqualTo(Rejection.ABANDONED);
    assertThat(fixture.batches).isEmpty();
  }

  @Test
  void aFullQueueRejectsAtOnce() {
    BatcherFixture fixture = with(4, NO_DELAY, 2);
    fixture.submit("a1");
    fixture.submit("a2");
    FakeRequest third = fixture.submit("a3");
    assertThat(third.rejected).isEqualTo(Rejection.QUEUE_FULL);
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1", "a2"));
    assertThat(fixture.submit("a4").rejected).isNull();
  }

  @Test
  void aBatchTakesAPartOfTheTimeThatItsFirstRequestHas() {
    BatcherFixture fixture = with(32, NO_DELAY, 64);
    fixture.computing = Duration.ofMillis(16);
    for (int batch = 0; batch < 100; batch++) {
      for (int row = 0; row < 16; row++) {
        fixture.submit("a");
      }
      fixture.runAll();
    }
    fixture.batches.clear();
    submitUntil(fixture, Duration.ofMillis(50));
    fixture.runOneThread();
    assertThat(fixture.batches.get(0)).hasSizeBetween(11, 12);

    fixture.batches.clear();
    submitUntil(fixture, Duration.ofMillis(20));
    fixture.runOneThread();
    assertThat(fixture.batches.get(0)).hasSize(RequestQueue.LEAST_ROWS);
  }

  @Test
  void theLastToComeLeaveFirstWhereTheLineIsLongerThanItsDeadlines() {
    BatcherFixture fixture = with(2, NO_DELAY, 64);
    fixture.computing = Duration.ofMillis(10);
    for (int batch = 0; batch < 100; batch++) {
      fixture.submit("a");
      fixture.submit("a");
      fixture.runAll();
    }
    fixture.batches.clear();
    for (int row = 0; row < 12; row++) {
      FakeRequest request = fixture.request("a" + row);
      request.deadline = fixture.now() + Duration.ofMillis(45).toNanos();
      fixture.batcher.submit(request);
    }
    fixture.runAll();
    assertThat(fixture.batches)
        .containsExactly(
            List.of("a0", "a1"), List.of("a2", "a3"), List.of("a4", "a5"), List.of("a11", "a10"));
  }

  @Test
  void whatHasNoDeadlineDoesNotLeaveBeforeWhatHas() {
    BatcherFixture fixture = with(2, NO_DELAY, 64);
    fixture.computing = Duration.ofMillis(10);
    for (int batch = 0; batch < 100; batch++) {
      fixture.submit("a");
      fixture.submit("a");
      fixture.runAll();
    }
    fixture.batches.clear();
    for (int row = 0; row < 2; row++) {
      FakeRequest hurried = fixture.request("a" + row);
      hurried.deadline = fixture.now() + Duration.ofMillis(15).toNanos();
      fixture.batcher.submit(hurried);
    }
    fixture.submit("a2");
    fixture.submit("a3");
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a0", "a1"), List.of("a2", "a3"));
  }

  private static void submitUntil(BatcherFixture fixture, Duration deadline) {
    for (int row = 0; row < 32; row++) {
      FakeRequest request = fixture.request("a");
      request.deadline = fixture.now() + deadline.toNanos();
      fixture.batcher.submit(request);
    }
  }

  @Test
  void expiredRequestsMakeRoomInAFullQueue() {
    BatcherFixture fixture = with(4, NO_DELAY, 1);
    FakeRequest late = fixture.request("a1");
    late.deadline = fixture.now() + 1;
    fixture.batcher.submit(late);
    fixture.advance(Duration.ofNanos(1));
    FakeRequest next = fixture.submit("a2");
    assertThat(late.rejected).isEqualTo(Rejection.EXPIRED);
    assertThat(next.rejected).isNull();
    fixture.runAll();
    assertThat(next.answers).isEqualTo(1);
  }

  @Test
  void aFullQueueIsNotSearchedAgainRightAfterASearchInVain() {
    BatcherFixture fixture = with(4, NO_DELAY, 1);
    FakeRequest first = fixture.submit("a1");
    assertThat(fixture.submit("a2").rejected).isEqualTo(Rejection.QUEUE_FULL);
    first.abandoned = true;
    fixture.advance(Duration.ofNanos(LevelQueue.SEARCH_PAUSE_NANOS - 1));
    assertThat(fixture.submit("a3").rejected).isEqualTo(Rejection.QUEUE_FULL);
    fixture.advance(Duration.ofNanos(1));
    assertThat(fixture.submit("a4").rejected).isNull();
    assertThat(first.rejected).isEqualTo(Rejection.ABANDONED);
  }

  @Test
  void aFailingRequestFailsAlone() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    fixture.poison.add("a2");
    FakeRequest good = fixture.submit("a1");
    FakeRequest bad = fixture.submit("a2");
    FakeRequest alsoGood = fixture.submit("a3");
    fixture.runAll();
    assertThat(bad.failed).hasMessage("poisoned");
    assertThat(good.answers).isEqualTo(1);
    assertThat(alsoGood.answers).isEqualTo(1);
    assertThat(good.failed).isNull();
    FakeRequest later = fixture.submit("a4");
    fixture.runAll();
    assertThat(later.answers).isEqualTo(1);
  }

  @Test
  void whatCannotBeAnsweredInTimeIsNotBegunAndAfterADoubtIsTriedAgain() {
    BatcherFixture fixture = with(1, NO_DELAY, 200);
    fixture.computing = Duration.ofMillis(10);
    for (int i = 0; i < 100; i++) {
      fixture.submit("a-" + i);
    }
    fixture.runAll();
    FakeRequest tooLate = fixture.request("a-late");
    tooLate.deadline = fixture.now() + Duration.ofMillis(8).toNanos();
    fixture.batcher.submit(tooLate);
    fixture.runAll();
    assertThat(tooLate.rejected).isEqualTo(Rejection.EXPIRED);
    FakeRequest tried = fixture.request("a-tried");
    tried.deadline = fixture.now() + Duration.ofMillis(8).toNanos();
    fixture.batcher.submit(tried);
    fixture.runAll();
    assertThat(tried.answers).isEqualTo(1);
  }

  @Test
  void partsOfABatchAreComputedAndFailEachForItself() {
    BatcherFixture fixture = with(8, Duration.ZERO, 8);
    fixture.mostTogether = 2;
    fixture.poison.add("a3");
    List<FakeRequest> requests =
        Stream.of("a1", "a2", "a3", "a4", "a5").map(fixture::submit).toList();
    fixture.runAll();
    assertThat(fixture.batches)
        .containsExactly(
            List.of("a1", "a2"), List.of("a3", "a4"), List.of("a3"), List.of("a4"), List.of("a5"));
    assertThat(requests).extracting(request -> request.answers).containsExactly(1, 1, 0, 1, 1);
    assertThat(requests.get(2).failed).hasMessage("poisoned");
    assertThat(fixture.batcher.drain()).isDone();
  }

  @Test
  void drainingAnswersWhatWaitsAndLeavesWhatComesToOthers() {
    BatcherFixture fixture = with(4, DELAY, 8);
    FakeRequest waiting = fixture.submit("a1");
    CompletableFuture<Void> drained = fixture.batcher.drain();
    FakeRequest late = fixture.request("a2");
    assertThat(fixture.batcher.submit(late)).isFalse();
    assertThat(late.rejected).isNull();
    assertThat(drained).isNotDone();
    fixture.runAll();
    assertThat(waiting.answers).isEqualTo(1);
    assertThat(drained).isCompleted();
  }

  @Test
  void anIdleBatcherIsDrainedAtOnce() {
    assertThat(with(4, NO_DELAY, 8).batcher.drain()).isCompleted();
  }

  @Test
  void closingRejectsWhatWaits() {
    BatcherFixture fixture = with(4, NO_DELAY, 8);
    FakeRequest waiting = fixture.submit("a1");
    fixture.batcher.close();
    fixture.runAll();
    assertThat(waiting.rejected).isEqualTo(Rejection.CLOSED);
    assertThat(fixture.batches).isEmpty();
    assertThat(fixture.batcher.drain()).isCompleted();
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> BatcherFixture.limits(0, NO_DELAY, 1))
        .hasMessageContaining("maxRows is 0");
    assertThatThrownBy(() -> BatcherFixture.limits(1, NO_DELAY, 0))
        .hasMessageContaining("queueCapacity is 0");
    assertThatThrownBy(() -> BatcherFixture.limits(1, Duration.ofNanos(-1), 1))
        .hasMessageContaining("must not be negative");
  }
}
