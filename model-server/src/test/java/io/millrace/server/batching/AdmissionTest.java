package io.millrace.server.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is refused on arrival because of those that wait already. */
class AdmissionTest {
  private static final int MANY = 1_000;
  private static final Duration DEADLINE = Duration.ofMillis(100);
  private static final QueuePolicy POLICY = new QueuePolicy(Duration.ZERO, false, MANY);

  private final BatcherFixture fixture =
      new BatcherFixture(
          new BatchingLimits(2, List.of(), Duration.ZERO, List.of(POLICY, POLICY), 1, true), 1);

  /** A line of two rows every ten milliseconds, so that its speed is known. */
  @BeforeEach
  void computeALine() {
    fixture.computing = Duration.ofMillis(10);
    for (int i = 0; i < MANY; i++) {
      fixture.submit("a");
    }
    fixture.runAll();
    fixture.batches.clear();
  }

  private List<FakeRequest> submit(int count, int priority, Duration deadline) {
    List<FakeRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FakeRequest request = fixture.request("a" + i);
      request.priority = priority;
      request.deadline = fixture.now() + deadline.toNanos();
      fixture.batcher.submit(request);
      requests.add(request);
    }
    return requests;
  }

  private static long refused(List<FakeRequest> requests) {
    return requests.stream().filter(r -> r.rejected == Rejection.LINE_TOO_LONG).count();
  }

  @Test
  void aLineIsNoLongerThanHalfOfTheTimeThatItsLastRequestHas() {
    List<FakeRequest> requests = submit(30, 1, DEADLINE);
    assertThat(refused(requests.subList(0, 11))).isZero();
    assertThat(refused(requests.subList(11, 30))).isEqualTo(19);
    fixture.runAll();
    assertThat(requests.subList(0, 11)).allMatch(request -> request.answers == 1);
  }

  @Test
  void whatHasNoDeadlineMayWait() {
    submit(30, 1, DEADLINE);
    assertThat(fixture.submit("a").rejected).isNull();
  }

  @Test
  void whatGoesBeforeALineIsNotRefusedForIt() {
    assertThat(refused(submit(30, 2, DEADLINE))).isEqualTo(19);
    assertThat(refused(submit(5, 1, DEADLINE))).isZero();
    assertThat(submit(1, 2, DEADLINE).get(0).rejected).isEqualTo(Rejection.LINE_TOO_LONG);
  }

  @Test
  void whoComesFirstIsTakenHoweverSlowItWas() {
    assertThat(submit(1, 1, Duration.ofMillis(1)).get(0).rejected).isNull();
  }

  @Test
  void whoseTimeIsOverIsToldSo() {
    FakeRequest late = submit(1, 1, Duration.ZERO).get(0);
    fixture.runAll();
    assertThat(late.rejected).isEqualTo(Rejection.EXPIRED);
  }

  @Test
  void aModelThatHasBecomeFasterIsGivenMoreAgain() {
    fixture.computing = Duration.ofMillis(1);
    for (int i = 0; i < 50; i++) {
      submit(30, 1, DEADLINE);
      fixture.runAll();
    }
    assertThat(refused(submit(30, 1, DEADLINE))).isZero();
  }
}
