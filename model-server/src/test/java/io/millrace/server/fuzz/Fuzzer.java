package io.millrace.server.fuzz;

import io.millrace.server.fuzz.FuzzTarget.Outcome;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;

/** Feeds a target with its corpus and with changes of it, and remembers what went wrong. */
final class Fuzzer {
  private static final int MOST_FAULTS = 5;
  private static final int LONGEST_SHOWN = 2_000;

  private final FuzzTarget target;
  private final List<byte[]> corpus;
  private final SplittableRandom random;
  private final Mutation mutation;
  private final List<String> faults = new ArrayList<>();
  private long fed;
  private long answered;

  /**
   * For one target.
   *
   * @param seed the same one causes the same inputs
   */
  Fuzzer(FuzzTarget target, long seed) {
    this.target = target;
    this.corpus = target.corpus();
    this.random = new SplittableRandom(seed);
    this.mutation = new Mutation(random, corpus);
  }

  /** Feeds the corpus as it is. */
  Fuzzer feedCorpus() {
    corpus.forEach(this::feed);
    return this;
  }

  /**
   * Feeds changed inputs.
   *
   * @param goesOn asked with the number of inputs so far, before each
   */
  Fuzzer feedWhile(LongPredicate goesOn) {
    while (faults.size() < MOST_FAULTS && goesOn.test(fed)) {
      byte[] seed = corpus.get(random.nextInt(corpus.size()));
      feed(random.nextBoolean() ? mutation.next(seed) : target.vary(seed, random));
    }
    return this;
  }

  private void feed(byte[] input) {
    fed++;
    try {
      if (target.feed(input) == Outcome.ANSWERED) {
        answered++;
      }
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      String hex = HexFormat.of().formatHex(input);
      faults.add(
          target.name()
              + ": "
              + e
              + " for "
              + (hex.length() > LONGEST_SHOWN ? hex.substring(0, LONGEST_SHOWN) + "..." : hex));
    }
  }

  /** Inputs so far. */
  long fed() {
    return fed;
  }

  /** Those of them that were good. */
  long answered() {
    return answered;
  }

  /** What went wrong, with the input in hexadecimal. */
  List<String> faults() {
    return List.copyOf(faults);
  }
}
