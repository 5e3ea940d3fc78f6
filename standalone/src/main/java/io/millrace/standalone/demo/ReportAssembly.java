package io.millrace.standalone.demo;

import io.millrace.schemas.avro.Rung;
import io.millrace.standalone.data.MovieLens;
import io.millrace.standalone.evaluation.Delivery;
import io.millrace.standalone.evaluation.DeliveryLedger;
import io.millrace.standalone.evaluation.ListEvaluation;
import io.millrace.standalone.evaluation.ProfileLedger;
import io.millrace.standalone.evaluation.Quality;
import io.millrace.standalone.measurement.Percentiles;
import io.millrace.standalone.measurement.ProcessorShares;
import io.millrace.standalone.measurement.RawInference;
import io.millrace.standalone.platform.JobStatus;
import io.millrace.standalone.replay.Pace;
import io.millrace.standalone.replay.ReplayPlan;
import io.millrace.standalone.report.DemoReport;
import io.millrace.standalone.report.DemoReport.Checkpoints;
import io.millrace.standalone.report.DemoReport.Events;
import io.millrace.standalone.report.DemoReport.Figures;
import io.millrace.standalone.report.DemoReport.Fresh;
import io.millrace.standalone.report.DemoReport.Freshness;
import io.millrace.standalone.report.DemoReport.Profiles;
import io.millrace.standalone.report.DemoReport.QualityTable;
import io.millrace.standalone.report.DemoReport.Recommendations;
import io.millrace.standalone.report.DemoReport.Reranking;
import io.millrace.standalone.report.DemoReport.Throughput;
import io.millrace.standalone.report.Rounding;
import io.millrace.standalone.retraining.RoundLedger;
import io.millrace.standalone.retraining.TrainingRound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Puts together what was found out, rounded to what was measured. Used by one thread. */
final class ReportAssembly {
  private static final double NANOS_PER_SECOND = 1e9;

  /** The default of millrace.profile.min-events. */
  private static final int EVENTS_OF_A_PROFILE = 5;

  private static final String LATE_COUNTER = "eventsLate";

  private final DemoSettings settings;
  private final ReplayPlan plan;
  private final DeliveryLedger ledger;
  private final ListEvaluation evaluation;
  private final ProfileLedger profiles;
  private final LongSupplier deadLetters;
  private final StreamOutcome outcome;
  private Percentiles roundTrip = new Percentiles(new long[0]);
  private Map<String, Quality> baselines = Map.of();
  private @Nullable ServedModel model;
  private @Nullable Fresh fresh;
  private @Nullable Reranking reranking;
  private RawInference raw = new RawInference(0, 0, 0, 0);

  /** A report on a stream; its counts are read when the report is built. */
  ReportAssembly(
      DemoSettings settings,
      ReplayPlan plan,
      DeliveryLedger ledger,
      ListEvaluation evaluation,
      ProfileLedger profiles,
      LongSupplier deadLetters,
      StreamOutcome outcome) {
    this.settings = settings;
    this.plan = plan;
    this.ledger = ledger;
    this.evaluation = evaluation;
    this.profiles = profiles;
    this.deadLetters = deadLetters;
    this.outcome = outcome;
  }

  /** The broker's own round trip. */
  void roundTrip(Percentiles measured) {
    this.roundTrip = measured;
  }

  /** The model that made the lists, and what it does alone. */
  void model(ServedModel served, RawInference measured) {
    this.model = served;
    this.raw = measured;
  }

  /** The training beside the stream, and the lists that its versions made. */
  void fresh(int everyEvents, RoundLedger rounds, Map<String, Long> listsByVersion) {
    DoubleSummaryStatistics seconds = Arrays.stream(rounds.publishedSeconds()).summaryStatistics();
    Map<String, Double> shown = new LinkedHashMap<>();
    if (seconds.getCount() > 0) {
      shown.put("least", Rounding.round(seconds.getMin(), 1));
      shown.put("mean", Rounding.round(seconds.getAverage(), 1));
      shown.put("most", Rounding.round(seconds.getMax(), 1));
    }
    this.fresh =
        new Fresh(
            everyEvents,
            rounds.worked(),
            rounds.count(TrainingRound.PUBLISHED),
            rounds.count(TrainingRound.REFUSED),
            rounds.count(TrainingRound.FAILED),
            shown,
            listsByVersion);
  }

  /** What a language model had to do with lists. */
  void reranking(Reranking measured) {
    this.reranking = measured;
  }

  /** Counting on the same stream. */
  void baselines(Map<String, Quality> measured) {
    this.baselines = measured;
  }

  /**
   * Everything, with the jobs' own counts as of now.
   *
   * @param profileJob empty when nobody writes profiles
   */
  DemoReport build(JobStatus job, Optional<JobStatus> profileJob) {
    long late = job.counters().getOrDefault(LATE_COUNTER, 0L);
    return new DemoReport(
        DemoReport.VERSION,
        MovieLens.NAME,
        settings.command(),
        ThisMachine.describe(),
        events(late),
        recommendations(),
        freshness(),
        throughput(),
        quality(),
        new Checkpoints(job.checkpointsCompleted(), job.checkpointsFailed()),
        model == null ? Map.of() : Map.of("recommender", "version " + model.version()),
        profileJob.map(this::profiles).orElse(null),
        reranking,
        fresh);
  }

  private Profiles profiles(JobStatus job) {
    ProfileLedger.Counts counts = profiles.counts();
    Map<String, Long> counters = job.counters();
    Map<String, Double> wait = new LinkedHashMap<>();
    job.percentiles("refreshWaitMillis")
        .forEach((name, millis) -> wait.put(name, Rounding.round(millis, 0)));
    return new Profiles(
        counts.generated(),
        profiles.without(plan.usersWithEvents(EVENTS_OF_A_PROFILE)),
        counts.claims(),
        counts.rejected(),
        counts.tokens(),
        counters.getOrDefault("callsAnswered", 0L),
        counters.getOrDefault("callsReplayedFromJournal", 0L)
            + counters.getOrDefault("refreshesReplayed", 0L),
        counters.getOrDefault("refreshesUnreadable", 0L),
        wait);
  }

  private Events events(long late) {
    long published = plan.events().size();
    long deadLettered = deadLetters.getAsLong();
    long processed = Math.min(published, ledger.answeredEvents() + deadLettered + late);
    return new Events(
        published,
        processed,
        deadLettered,
        late,
        plan.backfill().size(),
        plan.requests().size(),
        (long) settings.rehearsals() * plan.events().size(),
        plan.warmUpRounds().stream().mapToInt(List::size).sum());
  }

  private Recommendations recommendations() {
    Delivery delivery = ledger.delivery();
    Map<String, Long> byRung = new LinkedHashMap<>();
    for (Rung rung : List.of(Rung.RANKED, Rung.RETRIEVED, Rung.LAST_LIST, Rung.POPULAR)) {
      byRung.put(rung.name().toLowerCase(Locale.ROOT), delivery.byRung().getOrDefault(rung, 0L));
    }
    return new Recommendations(
        delivery.expected(),
        delivery.emitted(),
        delivery.lost(),
        delivery.duplicated(),
        byRung,
        delivery.byReason());
  }

  private Freshness freshness() {
    Percentiles times = new Percentiles(ledger.freshnessNanos());
    double roundTripP99 = roundTrip.millis(99);
    return new Freshness(
        Rounding.round(times.millis(50), 2),
        Rounding.round(times.millis(95), 2),
        Rounding.round(times.millis(99), 2),
        Rounding.round(roundTripP99 + raw.singleRowMillis(), 2),
        Rounding.round(roundTripP99, 2),
        Rounding.round(raw.singleRowMillis(), 3));
  }

  private Throughput throughput() {
    long lists = ledger.answeredEvents();
    double perSecond = lists / (outcome.nanos() / NANOS_PER_SECOND);
    Map<String, Double> parts = new LinkedHashMap<>();
    double overhead = 0;
    Map<String, Double> measured =
        ProcessorShares.overheadMicros(
            outcome.before(), outcome.after(), lists, raw.coreMicrosPerRow());
    for (Map.Entry<String, Double> part : measured.entrySet()) {
      overhead += part.getValue();
      parts.put(part.getKey(), Rounding.round(part.getValue(), 1));
    }
    return new Throughput(
        Rounding.round(perSecond, 1),
        Rounding.round(raw.rowsPerSecond(), 1),
        Rounding.round(perSecond / raw.rowsPerSecond(), 3),
        Rounding.round(overhead, 1),
        Rounding.round(raw.coreMicrosPerRow(), 1),
        raw.batchSize(),
        parts);
  }

  private QualityTable quality() {
    Quality lists = evaluation.overAll();
    Map<String, Figures> counting = new LinkedHashMap<>();
    baselines.forEach(
        (name, each) ->
            counting.put(
                name,
                new Figures(
                    Rounding.round(each.hitRateAt10(), 4), Rounding.round(each.ndcgAt10(), 4))));
    return new QualityTable(
        lists.evaluated(),
        Rounding.round(lists.hitRateAt10(), 4),
        Rounding.round(lists.ndcgAt10(), 4),
        counting);
  }

  /** What has to be known to read the figures. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (settings.pace() instanceof Pace.Unpaced) {
      notes.add(
          "At full speed events wait in Kafka for their turn, and freshness is mostly that wait:");
      notes.add("it says something with --rate. Throughput is the figure that counts here.");
    } else {
      notes.add(
          "Events came at the pace that was asked for: throughput says what was needed, not what");
      notes.add("is possible. For that, replay with --speed max.");
    }
    if (model != null) {
      notes.addAll(ModelSize.notes(model.manifest()));
    }
    return notes;
  }
}
