package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCopyTest {
  private final Path folder;

  ModelCopyTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whatIsPublishedIntoTheCopyDoesNotReachTheModels() throws IOException {
    Path models = folder.resolve("models");
    Files.createDirectories(models.resolve("recommender/1"));
    Files.writeString(models.resolve("recommender/config.pbtxt"), "name");
    Files.writeString(models.resolve("recommender/1/retriever.onnx"), "graph");
    Path copy = Files.createDirectory(folder.resolve("copy"));

    ModelCopy.copy(models, copy);
    Files.createDirectory(copy.resolve("recommender/2"));

    assertThat(copy.resolve("recommender/1/retriever.onnx")).hasContent("graph");
    assertThat(copy.resolve("recommender/config.pbtxt")).hasContent("name");
    assertThat(models.resolve("recommender/2")).doesNotExist();
  }

  @Test
  void modelsThatAreNotThereAreNamed() {
    assertThatThrownBy(() -> ModelCopy.copy(folder.resolve("none"), folder.resolve("copy")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("--models " + folder.resolve("none"));
  }
}
