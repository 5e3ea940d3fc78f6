package io.millrace.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.standalone.platform.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedModelTest {

  @Test
  void theNewestVersionThatAnsweredIsMeant() {
    Path repository = Path.of("models");

    assertThat(ServedModel.of(repository, Set.of("9", "10", "2")))
        .contains(new ServedModel("10", Path.of("models/recommender/10")));
    assertThat(ServedModel.of(repository, Set.of())).isEmpty();
  }

  @Test
  void readsTheBundlesDescription(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("bundle.json"), "{\"k\": 100}");

    assertThat(new ServedModel("1", folder).manifest().path("k").asInt()).isEqualTo(100);
    assertThatThrownBy(() -> new ServedModel("1", folder.resolve("gone")).manifest())
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("bundle.json cannot be read");
  }
}
