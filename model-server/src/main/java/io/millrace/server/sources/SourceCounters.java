package io.millrace.server.sources;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What each source has done since the model was loaded. Any thread may count and read. */
public final class SourceCounters {
  private final Map<Source, Counts> counts = new EnumMap<>(Source.class);

  private record Counts(LongAdder brought, LongAdder nanos, LongAdder listed) {}

  /** At zero. */
  public SourceCounters() {
    for (Source source : Source.ALL) {
      counts.put(source, new Counts(new LongAdder(), new LongAdder(), new LongAdder()));
    }
  }

  /** A source brought so many candidates of a row, in that time. */
  public void brought(Source source, int candidates, long nanos) {
    of(source).brought.add(candidates);
    of(source).nanos.add(nanos);
  }

  /** So many items of a list are there because of a source. */
  public void listed(Source source, int items) {
    of(source).listed.add(items);
  }

  /** Candidates brought, those that others brought too among them. */
  public long brought(Source source) {
    return of(source).brought.sum();
  }

  /** Time spent on scoring and bringing. */
  public long nanos(Source source) {
    return of(source).nanos.sum();
  }

  /** Items of lists that are there because of it. */
  public long listed(Source source) {
    return of(source).listed.sum();
  }

  private Counts of(Source source) {
    return Objects.requireNonNull(counts.get(source));
  }
}
