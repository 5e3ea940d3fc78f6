package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CompilerTimeTest {
  private static final String REST = " S 1 2 3 0 -1 4 5 6 7 8 130 12 0 0 20 0 30 0 99";

  @Test
  void onlyTheCompilersThreadsCount() {
    assertThat(CompilerTime.ticks("71 (C2 CompilerThre)" + REST)).isEqualTo(142);
    assertThat(CompilerTime.ticks("72 (C1 CompilerThre)" + REST)).isEqualTo(142);
    assertThat(CompilerTime.ticks("73 (recommender-0)" + REST)).isZero();
    assertThat(CompilerTime.ticks("74 (odd) C2 Compiler)" + REST)).isZero();
  }

  @Test
  void aProcessThatIsNotThereHasCompiledNothing() throws IOException {
    assertThat(CompilerTime.of(0)).isZero();
  }
}
