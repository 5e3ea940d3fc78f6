package io.millrace.flink.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
  private final AtomicLong now = new AtomicLong();

  private ApiKey key(ApiKeySource source, Map<String, String> environment) {
    return new ApiKey(source, environment::get, now::get);
  }

  @Test
  void aNewKeyInTheFileIsNoticedAfterTenSeconds(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "first\n");
    ApiKey key = key(new ApiKeySource(file.toString(), null), Map.of());
    assertThat(key.get()).isEqualTo("first");

    Files.writeString(file, "second");
    assertThat(key.get()).isEqualTo("first");
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(key.get()).isEqualTo("second");
  }

  @Test
  void theEnvironmentAndNothingAreSources() throws IOException {
    assertThat(key(new ApiKeySource(null, "KEY"), Map.of("KEY", "k")).get()).isEqualTo("k");
    assertThat(key(ApiKeySource.NONE, Map.of()).get()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "two words", "line\nbreak", "schlüssel"})
  void aKeyThatNoHeaderTakesIsRefusedWithoutBeingShown(String text) {
    ApiKey key = key(new ApiKeySource(null, "KEY"), Map.of("KEY", text));
    assertThatThrownBy(key::get)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("variable KEY")
        .hasMessageNotContainingAny(text.isBlank() ? "secret" : text);
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    String file = folder.resolve("none").toString();
    assertThatThrownBy(key(new ApiKeySource(file, null), Map.of())::get)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file);
  }

  @Test
  void twoSourcesAreRefused() {
    assertThatThrownBy(() -> new ApiKeySource("f", "V")).hasMessageContaining("give one");
  }

  @Test
  void settingsSayWhatIsWrong() {
    assertThatThrownBy(
            () ->
                Endpoints.settings("http://u:p@h/v1", ApiKeySource.NONE, Duration.ofSeconds(1), 1))
        .hasMessageContaining("without user");
    assertThatThrownBy(() -> Endpoints.settings("h:1", ApiKeySource.NONE, Duration.ofSeconds(1), 1))
        .hasMessageContaining("http://127.0.0.1:8000/v1");
    assertThatThrownBy(() -> Endpoints.settings(Endpoints.URL, ApiKeySource.NONE, Duration.ZERO, 1))
        .hasMessageContaining("timeout");
    assertThat(
            Endpoints.settings("http://h/v1//", ApiKeySource.NONE, Duration.ofSeconds(1), 1).url())
        .isEqualTo("http://h/v1");
  }
}
