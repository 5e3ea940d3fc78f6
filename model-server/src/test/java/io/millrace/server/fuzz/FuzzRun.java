package io.millrace.server.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Fuzzes every target for some seconds each, and prints what became of the inputs.
 *
 * <p>{@code FuzzRun SECONDS [SEED]}; without a seed it takes one from the clock. Exits with 1 if
 * there was a fault.
 */
public final class FuzzRun {
  private static final int ROW_EVERY = 1_000;
  private static final double MEBIBYTE = 1 << 20;

  private FuzzRun() {}

  /** Fuzzes. */
  public static void main(String[] args) throws IOException {
    long seconds = Long.parseLong(args[0]);
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    System.out.printf("seed %d, %d s for each target%n", seed, seconds);
    System.out.println(
        "target    inputs     answered  refused   faults  heap MiB  direct MiB  RSS MiB");
    Path folder = Files.createTempDirectory("fuzz");
    long total = 0;
    boolean faults = false;
    for (Supplier<FuzzTarget> made : FuzzTargets.all(folder)) {
      try (FuzzTarget target = made.get()) {
        Fuzzer fuzzer = run(target, seed, TimeUnit.SECONDS.toNanos(seconds));
        total += fuzzer.fed();
        faults |= !fuzzer.faults().isEmpty();
      }
    }
    System.out.printf("%d inputs in all%n", total);
    deleteAll(folder);
    System.exit(faults ? 1 : 0);
  }

  /** Prints a row when a tenth of the time has gone by, and one at the end. */
  private static Fuzzer run(FuzzTarget target, long seed, long nanos) throws IOException {
    long start = System.nanoTime();
    Fuzzer fuzzer = new Fuzzer(target, seed).feedCorpus();
    for (long part : new long[] {nanos / 10, nanos}) {
      fuzzer.feedWhile(fed -> fed % ROW_EVERY != 0 || System.nanoTime() - start < part);
      MemoryUse memory = MemoryUse.now();
      System.out.printf(
          Locale.ROOT,
          "%-8s %8d %10d %10d %8d %8.1f %10.1f %9.1f%n",
          target.name(),
          fuzzer.fed(),
          fuzzer.answered(),
          fuzzer.fed() - fuzzer.answered() - fuzzer.faults().size(),
          fuzzer.faults().size(),
          memory.heapBytes() / MEBIBYTE,
          (memory.directBytes() + memory.networkBytes()) / MEBIBYTE,
          residentBytes() / MEBIBYTE);
      fuzzer.feedWhile(fed -> fed % ROW_EVERY == 0);
    }
    fuzzer.faults().forEach(System.out::println);
    return fuzzer;
  }

  private static long residentBytes() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
    for (String line : lines) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
