package io.millrace.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes in, the server answers or refuses it, once, and keeps nothing of it. */
@Timeout(300)
class FuzzTest {
  private static final long SEED = 20_261_121;
  private static final int INPUTS = 4_000;
  private static final long MOST_GROWTH_BYTES = 4 << 20;

  @TestFactory
  Stream<DynamicTest> nothingBreaksAndNothingStays(@TempDir Path folder) {
    return FuzzTargets.all(folder).stream().map(FuzzTest::test);
  }

  private static DynamicTest test(Supplier<FuzzTarget> made) {
    return DynamicTest.dynamicTest("target", () -> run(made));
  }

  private static void run(Supplier<FuzzTarget> made) {
    try (FuzzTarget target = made.get()) {
      Fuzzer fuzzer = new Fuzzer(target, SEED).feedCorpus().feedWhile(fed -> fed < INPUTS / 2);
      MemoryUse before = MemoryUse.now();
      fuzzer.feedWhile(fed -> fed < INPUTS);
      MemoryUse after = MemoryUse.now();
      assertThat(fuzzer.faults()).isEmpty();
      assertThat(fuzzer.fed()).isEqualTo(INPUTS);
      assertThat(fuzzer.answered()).as(target.name()).isBetween(1L, fuzzer.fed() - 1);
      assertThat(after.networkBytes()).isLessThanOrEqualTo(before.networkBytes());
      assertThat(after.directBytes() - before.directBytes()).isLessThan(MOST_GROWTH_BYTES);
      assertThat(after.heapBytes() - before.heapBytes()).isLessThan(MOST_GROWTH_BYTES);
    }
  }
}
