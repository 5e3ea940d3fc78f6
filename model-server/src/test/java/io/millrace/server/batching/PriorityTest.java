package io.millrace.server.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who goes first, who is refused, and how large batches are where some sizes are preferred. */
class PriorityTest {
  private static final Duration DELAY = Duration.ofMillis(2);
  private static final QueuePolicy PLAIN = new QueuePolicy(Duration.ZERO, false, 100);
  private static final QueuePolicy SMALL = new QueuePolicy(Duration.ZERO, false, 2);
  private static final QueuePolicy DELAYING = new QueuePolicy(DELAY, true, 100);

  private static BatcherFixture levels(int maxRows, QueuePolicy... levels) {
    return new BatcherFixture(
        new BatchingLimits(maxRows, List.of(), Duration.ZERO, List.of(levels), levels.length, true),
        1);
  }

  private static BatcherFixture preferring(Duration delay, Integer... rows) {
    return new BatcherFixture(
        new BatchingLimits(16, List.of(rows), delay, List.of(PLAIN), 1, true), 1);
  }

  private static FakeRequest submit(BatcherFixture fixture, String name, int priority) {
    FakeRequest request = fixture.request(name);
    request.priority = priority;
    fixture.batcher.submit(request);
    return request;
  }

  @Test
  void higherLevelsGoFirstAndLowerOnesFillTheBatch() {
    BatcherFixture fixture = levels(2, PLAIN, PLAIN, PLAIN);
    submit(fixture, "a-low", 3);
    submit(fixture, "a-none", 0);
    submit(fixture, "a-beyond", 4);
    submit(fixture, "a-high", 1);
    submit(fixture, "a-mid", 2);
    fixture.runAll();
    assertThat(fixture.batches)
        .containsExactly(
            List.of("a-high", "a-mid"), List.of("a-low", "a-none"), List.of("a-beyond"));
  }

  @Test
  void theLowestLevelHasItsTurnHoweverMuchComesAboveIt() {
    BatcherFixture fixture = levels(1, PLAIN, PLAIN);
    submit(fixture, "a-bulk", 2);
    for (int i = 0; i < 40; i++) {
      submit(fixture, "a-" + i, 1);
    }
    fixture.runAll();
    assertThat(fixture.batches.indexOf(List.of("a-bulk"))).isEqualTo(RequestQueue.MOST_PASSES);
  }

  @Test
  void aFullLevelRefusesItsOwnOnly() {
    BatcherFixture fixture = levels(8, SMALL, SMALL);
    submit(fixture, "a1", 2);
    submit(fixture, "a2", 2);
    assertThat(submit(fixture, "a3", 2).rejected).isEqualTo(Rejection.QUEUE_FULL);
    assertThat(submit(fixture, "a4", 1).rejected).isNull();
  }

  @Test
  void whoWaitedTooLongGoesBehindTheOthersWhereThatIsThePolicy() {
    BatcherFixture fixture = levels(1, DELAYING);
    submit(fixture, "a-old", 1);
    fixture.advance(DELAY);
    submit(fixture, "a-new", 1);
    FakeRequest expired = fixture.request("a-expired");
    expired.deadline = fixture.now();
    fixture.batcher.submit(expired);
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a-new"), List.of("a-old"));
    assertThat(expired.rejected).isEqualTo(Rejection.EXPIRED);
  }

  @Test
  void aBatchIsCutToTheLargestPreferredSize() {
    BatcherFixture fixture = preferring(Duration.ZERO, 2, 4);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      names.add("a" + i);
      fixture.submit("a" + i);
    }
    fixture.runAll();
    assertThat(fixture.batches)
        .containsExactly(names.subList(0, 4), names.subList(4, 6), names.subList(6, 7));
  }

  @Test
  void aPreferredSizeDoesNotWaitAndLessThanTheSmallestDoes() {
    BatcherFixture fixture = preferring(DELAY, 2);
    fixture.submit("a1");
    assertThat(fixture.startedThreads()).isZero();
    fixture.submit("a2");
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a1", "a2"));
    fixture.submit("a3");
    assertThat(fixture.startedThreads()).isZero();
    fixture.advance(DELAY);
    fixture.fireTimer();
    fixture.runAll();
    assertThat(fixture.batches).hasSize(2).last().isEqualTo(List.of("a3"));
  }

  @Test
  void whatIsPutBackKeepsItsPlaceAndItsLevel() {
    BatcherFixture fixture =
        new BatcherFixture(
            new BatchingLimits(4, List.of(2), Duration.ZERO, List.of(PLAIN, PLAIN), 1, true), 1);
    submit(fixture, "a-bulk1", 2);
    submit(fixture, "a-bulk2", 2);
    submit(fixture, "a-high", 1);
    fixture.runAll();
    assertThat(fixture.batches).containsExactly(List.of("a-high", "a-bulk1"), List.of("a-bulk2"));
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> preferring(DELAY, 4, 2)).hasMessageContaining("must ascend");
    assertThatThrownBy(() -> preferring(DELAY, 17)).hasMessageContaining("from 1 to 16");
    assertThatThrownBy(() -> new BatchingLimits(1, List.of(), DELAY, List.of(PLAIN), 2, true))
        .hasMessageContaining("defaultLevel is 2");
    assertThatThrownBy(() -> new QueuePolicy(Duration.ofNanos(-1), false, 1))
        .hasMessageContaining("must not be negative");
  }
}
