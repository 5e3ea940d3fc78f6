package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedFlinkITCase {
  /** A close that meets a cluster still electing its leaders once took the common pool's thread. */
  @Test
  void startsAgainRightAfterItWasClosed(@TempDir Path folder) {
    try (WorkFolder work = WorkFolder.kept(folder)) {
      for (int round = 0; round < 3; round++) {
        try (EmbeddedFlink flink = new EmbeddedFlink(work, PortChoice.anyFree(), 1)) {
          assertThatCode(flink::start).doesNotThrowAnyException();
        }
      }
    }
  }
}
