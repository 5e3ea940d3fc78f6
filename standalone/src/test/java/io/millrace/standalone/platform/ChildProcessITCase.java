package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ChildProcessITCase {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path folder;

  ChildProcessITCase(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void isReadyWhenItSaysSoAndEndsWhenItsInputEnds() throws Exception {
    ChildProcess child = ChildProcess.start(spec("ready", LONG));

    assertThat(child.awaitReady()).isEqualTo("127.0.0.1:1234");
    assertThat(child.processorTime()).isPositive();
    child.close();

    assertThat(ProcessHandle.of(child.pid())).isEmpty();
    assertThat(Files.readString(folder.resolve("part.log"))).contains("ready at");
  }

  @Test
  void aChildThatEndsBeforeItIsReadySaysWhyAndWhereItsLogIs() {
    try (ChildProcess child = ChildProcess.start(spec("fail", LONG))) {
      assertThatThrownBy(child::awaitReady)
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("the model server ended by itself (exit code 3)")
          .hasMessageContaining("cannot do it: no reason")
          .hasMessageContaining(folder.resolve("part.log").toString());
    }
  }

  @Test
  void aChildThatIsNeverReadyIsGivenUp() {
    try (ChildProcess child = ChildProcess.start(spec("silent", Duration.ofMillis(1)))) {
      assertThatThrownBy(child::awaitReady)
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("was not ready after");
    }
  }

  @Test
  void aSupervisedChildThatIsKilledIsStartedAgain() throws Exception {
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    SupervisedChild child = SupervisedChild.start(spec("ready", LONG), said::add);
    child.awaitReady();
    long first = child.pid();

    ProcessHandle.of(first).orElseThrow().destroyForcibly();

    assertThat(said.poll(60, TimeUnit.SECONDS))
        .contains("the model server ended by itself (exit code 137)")
        .contains("starting it again");
    assertThat(said.poll(60, TimeUnit.SECONDS))
        .isEqualTo("the model server is back at 127.0.0.1:1234");
    long second = child.pid();
    assertThat(second).isNotEqualTo(first);

    child.close();

    assertThat(ProcessHandle.of(second)).isEmpty();
    assertThat(said).isEmpty();
  }

  private ChildSpec spec(String what, Duration startLimit) {
    List<String> command =
        JavaCommand.write(
            folder.resolve("part.args"),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ChildLifeline.class.getName(),
                ChildProgram.class.getName(),
                what));
    return new ChildSpec(
        "model server",
        command,
        Map.of(),
        folder.resolve("part.log"),
        Pattern.compile("^ready at (\\S+)$"),
        startLimit,
        LONG);
  }
}
