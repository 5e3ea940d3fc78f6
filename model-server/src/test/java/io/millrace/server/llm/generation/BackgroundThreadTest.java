package io.millrace.server.llm.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class BackgroundThreadTest {
  private static final Path STATUS = Path.of("/proc/thread-self/stat");
  private static final Executor NEW_THREAD = task -> new Thread(task).start();

  /** Of the fields of proc_pid_stat(5) behind the name: the policy is the 41st of all. */
  private static final int POLICY = 38;

  private static final String SCHED_OTHER = "0";
  private static final String SCHED_IDLE = "5";

  private static String policy() {
    try {
      String status = Files.readString(STATUS);
      return status.substring(status.lastIndexOf(')') + 2).split(" ")[POLICY];
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theThreadHasWhatIsLeftOverAndSoHaveThoseThatItMakes() {
    CompletableFuture<String> itself = new CompletableFuture<>();
    CompletableFuture<String> child = new CompletableFuture<>();
    NEW_THREAD.execute(
        () -> {
          BackgroundThread.lowerPriority();
          itself.complete(policy());
          NEW_THREAD.execute(() -> child.complete(policy()));
        });
    assertThat(itself.join()).isEqualTo(SCHED_IDLE);
    assertThat(child.join()).isEqualTo(SCHED_IDLE);
  }

  @Test
  void othersKeepTheirs() {
    assertThat(policy()).isEqualTo(SCHED_OTHER);
  }
}
