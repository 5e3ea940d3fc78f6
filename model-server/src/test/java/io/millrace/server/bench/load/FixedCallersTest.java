package io.millrace.server.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FixedCallersTest {
  @Test
  void everyCallerHasOneCallInFlightUntilTheTimeIsOver() throws InterruptedException {
    FakeServer server = new FakeServer(TimeUnit.MILLISECONDS.toNanos(100));
    LoadResult result = new FixedCallers(new LastCallAnswers(server, 2), 2, server).run(1);
    // The server does ten in the second; of the two that it had then, both are waited for.
    assertThat(result.answered()).isEqualTo(11);
    assertThat(result.perSecond()).isBetween(9.9, 10.1);
    assertThat(result.micros(50)).isBetween(199_000.0, 201_000.0);
  }
}
