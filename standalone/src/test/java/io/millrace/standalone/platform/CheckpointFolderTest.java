package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointFolderTest {
  private final Path folder;

  CheckpointFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void findsTheNewestCompletedCheckpointOfWhicheverRun() throws IOException {
    checkpoint("job-a", "chk-41", 1_000);
    Path newest = checkpoint("job-b", "chk-2", 3_000);
    checkpoint("job-a", "chk-42", 2_000);
    Files.createDirectories(folder.resolve("job-b").resolve("chk-3"));
    Files.createDirectories(folder.resolve("job-b").resolve("shared"));

    assertThat(new CheckpointFolder(folder).newest()).contains(newest);
  }

  @Test
  void thereIsNoneInAnEmptyFolder() {
    assertThat(new CheckpointFolder(folder).newest()).isEmpty();
  }

  private Path checkpoint(String job, String name, long millis) throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve(job).resolve(name));
    Path metadata = Files.writeString(checkpoint.resolve("_metadata"), "");
    Files.setLastModifiedTime(metadata, FileTime.fromMillis(millis));
    return checkpoint;
  }
}
