package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PortChoiceITCase {
  private final List<String> said = new ArrayList<>();

  @Test
  void aFreePortIsTakenWithoutAWord() {
    int free = PortChoice.anyFree();

    assertThat(choice(free, false).choose(Set.of(), said::add)).isEqualTo(free);
    assertThat(said).isEmpty();
  }

  @Test
  void aTakenPortGivesTheNextFreeOneSaidAloud() throws IOException {
    try (ServerSocket other = listen()) {
      int taken = other.getLocalPort();

      int chosen = choice(taken, false).choose(Set.of(), said::add);

      assertThat(chosen).isGreaterThan(taken);
      assertThat(said)
          .containsExactly(
              "port " + taken + " is taken, using " + chosen + " (--kafka-port sets it)");
    }
  }

  @Test
  void aTakenPortThatAPersonAskedForIsAnError() throws IOException {
    try (ServerSocket other = listen()) {
      PortChoice choice = choice(other.getLocalPort(), true);

      assertThatThrownBy(() -> choice.choose(Set.of(), said::add))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("--kafka-port " + other.getLocalPort())
          .hasMessageContaining("in use");
    }
  }

  @Test
  void aPortThatAnotherPartIsAboutToUseIsTaken() {
    int free = PortChoice.anyFree();

    assertThat(choice(free, false).choose(Set.of(free), said::add)).isNotEqualTo(free);
  }

  @Test
  void zeroIsAnyFreePort() {
    assertThat(choice(0, true).choose(Set.of(), said::add)).isPositive();
  }

  @Test
  void aNumberThatIsNoPortIsRefusedByName() {
    assertThatThrownBy(() -> choice(70_000, true))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("--kafka-port 70000");
  }

  private static PortChoice choice(int preferred, boolean required) {
    return new PortChoice("--kafka-port", preferred, required);
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
