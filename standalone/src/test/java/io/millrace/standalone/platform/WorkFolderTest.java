package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkFolderTest {
  private static final long SELF = 100;
  private static final long DEAD = 200;
  private static final long ALIVE = 300;

  private final Path temporary;

  WorkFolderTest(@TempDir Path temporary) {
    this.temporary = temporary;
  }

  @Test
  void aTemporaryFolderIsGoneAfterwardsWithAllThatIsInIt() throws IOException {
    WorkFolder work = temporary();
    Files.writeString(work.folder("log").resolve("a.log"), "text");
    assertThat(work.path()).isEqualTo(temporary.resolve("run-100"));

    work.close();

    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void foldersOfDeadProcessesAreRemovedAndNoOthers() throws IOException {
    Files.createDirectories(temporary.resolve("run-200").resolve("kafka"));
    Files.createDirectories(temporary.resolve("run-300"));
    Files.createDirectories(temporary.resolve("run-of-somebody"));
    Files.createDirectories(temporary.resolve("data"));

    try (WorkFolder work = temporary()) {
      assertThat(temporary)
          .isDirectoryNotContaining(path -> path.endsWith("run-200"))
          .isDirectoryContaining(path -> path.endsWith("run-300"))
          .isDirectoryContaining(path -> path.endsWith("run-of-somebody"))
          .isDirectoryContaining(path -> path.endsWith("data"));
    }
  }

  @Test
  void whatAnEarlierProcessOfTheSameNumberLeftIsNotFoundInTheFolder() throws IOException {
    Files.createDirectories(temporary.resolve("run-100").resolve("checkpoints"));

    try (WorkFolder work = temporary()) {
      assertThat(work.path()).isEmptyDirectory();
    }
  }

  @Test
  void aKeptFolderStaysExceptForItsTemporaryFiles() throws IOException {
    Path data = temporary.resolve("data");
    try (WorkFolder work = WorkFolder.kept(data)) {
      Files.writeString(work.folder("kafka").resolve("segment"), "records");
      Files.writeString(work.folder("tmp").resolve("library"), "code");
    }

    assertThat(data.resolve("kafka").resolve("segment")).hasContent("records");
    assertThat(data.resolve("tmp")).doesNotExist();
  }

  @Test
  void aKeptFolderIsOnePlatformsAtATime() {
    Path data = temporary.resolve("data");
    try (WorkFolder first = WorkFolder.kept(data)) {
      assertThatThrownBy(() -> WorkFolder.kept(first.path()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("--data-dir " + data)
          .hasMessageContaining("in use");
    }

    WorkFolder.kept(data).close();
  }

  @Test
  void aFileInTheWayIsOneClearLine() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");

    assertThatThrownBy(() -> WorkFolder.kept(file.resolve("data")))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(file.resolve("data").toString())
        .hasMessageContaining("--data-dir");
  }

  @Test
  void theCacheIsWhereTheEnvironmentSays() {
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/caches"), "/home/ann").path())
        .isEqualTo(Path.of("/caches/millrace"));
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", ""), "/home/ann").path())
        .isEqualTo(Path.of("/home/ann/.cache/millrace"));
  }

  private WorkFolder temporary() {
    return WorkFolder.temporary(
        new CacheFolder(temporary), SELF, pid -> pid == SELF || pid == ALIVE || pid != DEAD);
  }
}
