package io.millrace.flink.functions;

import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.StageTimes;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows of lists and inputs: a histogram in microseconds for each stage, over
 * the newest {@value #WINDOW} lists, and counters.
 */
final class ListMetrics {
  private static final int WINDOW = 1000;
  private static final long MICROS_PER_MILLI = 1000;

  private final Map<Rung, Counter> byRung = new EnumMap<>(Rung.class);
  private final Histogram broker;
  private final Histogram state;
  private final Histogram call;
  private final Histogram queue;
  private final Histogram compute;
  private final Histogram emit;
  private final Histogram total;

  /** Where lists and their items come from. */
  final ListOrigins origins;

  /** Events older than the bound. */
  final Counter late;

  /** Events that were in the sequence already. */
  final Counter duplicates;

  /** Inputs that an erasure covers. */
  final Counter erased;

  /** Erasures carried out. */
  final Counter erasures;

  /** Events that were too old for a list when they were read. */
  final Counter backfilled;

  /**
   * Lists of users with a profile whose keywords the model server ignored: its model has no item
   * texts, or gives keywords no weight.
   */
  final Counter keywordsIgnored;

  /** Rules of users that are not used because the user has too many. */
  final Counter userRulesRefused;

  /** Lists that rules changed. */
  private final Counter ruled;

  /** Lists that rules left nothing of. */
  private final Counter emptied;

  /** Lists that some items of lower rungs were put on, because rules left too few. */
  private final Counter filled;

  ListMetrics(MetricGroup group) {
    for (Rung rung : Rung.values()) {
      if (rung != Rung.UNKNOWN) {
        byRung.put(rung, group.counter("lists_" + rung.name().toLowerCase(Locale.ROOT)));
      }
    }
    broker = histogram(group, "brokerMicros");
    state = histogram(group, "stateMicros");
    call = histogram(group, "callMicros");
    queue = histogram(group, "queueMicros");
    compute = histogram(group, "computeMicros");
    emit = histogram(group, "emitMicros");
    total = histogram(group, "totalMicros");
    origins = new ListOrigins(group);
    late = group.counter("eventsLate");
    duplicates = group.counter("eventsDuplicate");
    erased = group.counter("inputsErased");
    erasures = group.counter("erasures");
    backfilled = group.counter("eventsBackfilled");
    keywordsIgnored = group.counter("listsWithKeywordsIgnored");
    userRulesRefused = group.counter("userRulesRefused");
    ruled = group.counter("listsRuled");
    emptied = group.counter("listsEmptiedByRules");
    filled = group.counter("listsFilledUp");
  }

  /** Counts a list that leaves. */
  void left(Recommendation list, PendingList.Inputs inputs, long brokerTimestamp) {
    origins.left(list, inputs);
    Counter counter = byRung.get(list.getRung());
    if (counter != null) {
      counter.inc();
    }
    StageTimes stages = list.getStages();
    update(broker, stages.getBrokerMicros());
    update(state, stages.getStateMicros());
    update(call, stages.getCallMicros());
    update(queue, stages.getQueueMicros());
    update(compute, stages.getComputeMicros());
    update(emit, stages.getEmitMicros());
    long millis = list.getCreatedAt().toEpochMilli() - brokerTimestamp;
    total.update(Math.max(0, millis) * MICROS_PER_MILLI);
  }

  /** Counts what rules did to a list that leaves. */
  void chosen(Ladder.Choice choice) {
    if (!choice.outcome().applied().isEmpty()) {
      ruled.inc();
    }
    if (choice.emptied()) {
      emptied.inc();
    }
    if (choice.outcome().fromServer() > 0 && !choice.outcome().lower().isEmpty()) {
      filled.inc();
    }
  }

  private static void update(Histogram histogram, @Nullable Long micros) {
    if (micros != null) {
      histogram.update(micros);
    }
  }

  private static Histogram histogram(MetricGroup group, String name) {
    return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
  }
}
