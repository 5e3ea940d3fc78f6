package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcSettingsTest {
  private static GrpcSettings to(String... targets) {
    return new GrpcSettings(
        List.of(targets),
        "recommender",
        new GrpcSettings.Connection(Duration.ofSeconds(30), 1 << 20, null, null),
        new GrpcSettings.Requests(2, 32, Duration.ZERO),
        new GrpcSettings.Breaker(50, Duration.ofSeconds(1)));
  }

  @Test
  void anAddressIsAHostAndAPort() {
    assertThat(to("a:1", "[::1]:65535").targets()).containsExactly("a:1", "[::1]:65535");
    assertThat(GrpcSettings.host("[::1]:65535")).isEqualTo("::1");
    assertThat(GrpcSettings.port("[::1]:65535")).isEqualTo(65_535);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", ":1", "a:", "a:0", "a:65536", "a:b", "http://a"})
  void anythingElseIsNamed(String target) {
    assertThatThrownBy(() -> to(target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + target + "'");
  }

  @Test
  void noAddressIsRefused() {
    assertThatThrownBy(GrpcSettingsTest::to).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCertificateWithoutItsKeyIsRefused() {
    assertThatThrownBy(() -> new GrpcSettings.Tls(null, "own.pem", null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
