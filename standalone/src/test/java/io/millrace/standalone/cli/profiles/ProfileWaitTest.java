package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileWaitTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final ProfileHistory history = new ProfileHistory();
  private final List<Duration> polls = new ArrayList<>();
  private long nanos;
  private Runnable onThirdPoll = () -> {};

  private final ProfileWait wait = new ProfileWait(history, this::poll, () -> nanos);

  private void poll(Duration atMost) {
    polls.add(atMost);
    nanos += atMost.toNanos();
    if (polls.size() == 3) {
      onThirdPoll.run();
    }
  }

  @Test
  void aNewerVersionEndsTheWait() {
    history.addProfile(Profiles.version(1));
    onThirdPoll = () -> history.addProfile(Profiles.version(2));

    assertThat(wait.await(Profiles.version(1), newer -> true, LIMIT)).isTrue();
    assertThat(polls).hasSize(3);
  }

  @Test
  void theSameVersionAgainIsNotNewer() {
    history.addProfile(Profiles.version(1));
    onThirdPoll = () -> history.addProfile(Profiles.version(1));

    assertThat(wait.await(Profiles.version(1), newer -> true, LIMIT)).isFalse();
    assertThat(nanos).isEqualTo(LIMIT.toNanos());
  }

  @Test
  void theFirstProfileIsNewerThanNone() {
    onThirdPoll = () -> history.addProfile(Profiles.version(1));

    assertThat(wait.await(null, newer -> true, LIMIT)).isTrue();
  }

  @Test
  void oneThatIsNotWantedIsWaitedOver() {
    onThirdPoll = () -> history.addProfile(Profiles.version(2));

    assertThat(wait.await(null, newer -> newer.getVersion() > 2, LIMIT)).isFalse();
  }

  @Test
  void theLastPollIsAsLongAsThereIsTime() {
    assertThat(wait.await(null, newer -> true, Duration.ofMillis(300))).isFalse();
    assertThat(polls).containsExactly(Duration.ofMillis(250), Duration.ofMillis(50));
  }
}
