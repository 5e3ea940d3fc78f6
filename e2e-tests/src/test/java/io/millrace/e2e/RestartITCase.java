package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed and started again with its data loses nothing and leaves nothing. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RestartITCase {

  @Test
  void goesOnFromItsCheckpointWithTheSameIds(@TempDir Path folder) throws IOException {
    KilledInTheMiddle outcome =
        KilledInTheMiddle.run(folder, "-Dmillrace.delivery.recommendations=AT_LEAST_ONCE");

    assertThat(outcome.restart())
        .anyMatch(line -> line.contains("goes on from"))
        .noneMatch(line -> line.startsWith("millrace: "));
    List<EmittedList> lists = outcome.written();
    ListAssertions.assertEachEventHasItsId(outcome.events(), lists);
    ListAssertions.assertOrderPerUser(outcome.events(), lists);
    ListAssertions.assertMadeFromWhatCameBefore(outcome.events(), lists);
    assertThat(lists)
        .as("what was not in the checkpoint is made again, so the kill came in the middle")
        .hasSizeGreaterThan(outcome.events().size());
    assertNothingIsLeft(folder);
  }

  private static void assertNothingIsLeft(Path folder) throws IOException {
    assertThat(folder.resolve("data").resolve("tmp")).doesNotExist();
    try (Stream<Path> left = Files.list(folder.resolve("cache").resolve("millrace"))) {
      assertThat(left).isEmpty();
    }
  }
}
