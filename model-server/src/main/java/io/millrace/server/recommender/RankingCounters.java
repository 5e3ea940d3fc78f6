package io.millrace.server.recommender;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What ranking has done since the model was loaded. Any thread may count and read. */
final class RankingCounters {
  private final Map<Ranking, LongAdder> rows = new EnumMap<>(Ranking.class);
  private final LongAdder nanos = new LongAdder();
  private final LongAdder candidates = new LongAdder();

  RankingCounters() {
    for (Ranking ranking : Ranking.values()) {
      rows.put(ranking, new LongAdder());
    }
  }

  /** A batch was ranked. */
  void ranked(int candidateCount, long duration) {
    candidates.add(candidateCount);
    nanos.add(duration);
  }

  /** A row was answered. */
  void answered(Ranking ranking) {
    Objects.requireNonNull(rows.get(ranking)).increment();
  }

  long rows(Ranking ranking) {
    return Objects.requireNonNull(rows.get(ranking)).sum();
  }

  long nanos() {
    return nanos.sum();
  }

  long candidates() {
    return candidates.sum();
  }
}
