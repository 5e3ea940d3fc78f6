package io.millrace.standalone.retraining;

import java.util.ArrayList;
import java.util.List;

/** The rounds of a training, in their order. Thread-safe; a round is a line, so few are kept. */
public final class RoundLedger {
  private final List<TrainingRound> rounds = new ArrayList<>();

  /** Takes a round in. */
  public synchronized void add(TrainingRound round) {
    rounds.add(round);
  }

  /** How many had that result. */
  public synchronized long count(String result) {
    return rounds.stream().filter(round -> round.result().equals(result)).count();
  }

  /** How many there were, those without anything to do left out. */
  public synchronized long worked() {
    return rounds.size() - count(TrainingRound.SKIPPED);
  }

  /** Seconds that each took which published a version, in their order. */
  public synchronized double[] publishedSeconds() {
    return rounds.stream()
        .filter(round -> round.result().equals(TrainingRound.PUBLISHED))
        .mapToDouble(TrainingRound::seconds)
        .toArray();
  }
}
