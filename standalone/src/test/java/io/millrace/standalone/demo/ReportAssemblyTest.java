package io.millrace.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.StageTimes;
import io.millrace.schemas.avro.Trigger;
import io.millrace.schemas.avro.TriggerKind;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.evaluation.DeliveryLedger;
import io.millrace.standalone.evaluation.ListEvaluation;
import io.millrace.standalone.evaluation.ProfileLedger;
import io.millrace.standalone.evaluation.Quality;
import io.millrace.standalone.evaluation.Triggers;
import io.millrace.standalone.measurement.Percentiles;
import io.millrace.standalone.measurement.RawInference;
import io.millrace.standalone.platform.JobStatus;
import io.millrace.standalone.replay.Pace;
import io.millrace.standalone.replay.ReplayPlan;
import io.millrace.standalone.report.DemoReport;
import io.millrace.standalone.retraining.RoundLedger;
import io.millrace.standalone.retraining.TrainingRound;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportAssemblyTest {
  private static final long MILLI = 1_000_000;

  /** Eight past ratings of ann, then ann rates x and y: triggers 0 and 1, the request is 2. */
  private final ReplayPlan plan = plan();

  private final Triggers triggers = new Triggers(plan, 3);
  private final DeliveryLedger ledger = new DeliveryLedger(triggers);
  private final ListEvaluation evaluation = new ListEvaluation(triggers);

  @BeforeEach
  void streamWithOneLostList() {
    ledger.published(2, 0);
    ledger.published(0, 0);
    ledger.published(1, 0);
    ledger.received(list(TriggerKind.REQUEST, "demo-start-ann", Rung.POPULAR), MILLI);
    ledger.received(list(TriggerKind.EVENT, "ml100k-9", Rung.RETRIEVED), 8 * MILLI);
    ledger.received(list(TriggerKind.EVENT, "ml100k-9", Rung.RETRIEVED), 9 * MILLI);
    evaluation.score(2, List.of("x"));
  }

  @Test
  void everyFigureComesFromWhereItWasMeasured() {
    DemoReport report = report(new Pace.Unpaced());

    assertThat(report.dataset()).isEqualTo("ml-100k");
    assertThat(report.command()).isEqualTo("demo --events 2");
    assertThat(report.events()).isEqualTo(new DemoReport.Events(2, 2, 0, 1, 8, 1, 6, 364));
    assertThat(report.recommendations())
        .isEqualTo(
            new DemoReport.Recommendations(
                3,
                3,
                1,
                1,
                Map.of("ranked", 0L, "retrieved", 1L, "last_list", 0L, "popular", 1L),
                Map.of()));
    assertThat(report.freshness()).isEqualTo(new DemoReport.Freshness(8, 8, 8, 3.5, 3, 0.5));
    assertThat(report.throughput())
        .isEqualTo(
            new DemoReport.Throughput(
                100, 400, 0.25, 900, 100, 16, Map.of("broker", 400.0, "model-server", 500.0)));
    assertThat(report.quality().evaluated()).isEqualTo(2);
    assertThat(report.quality().hitRateAt10()).isEqualTo(0.5);
    assertThat(report.quality().baselines())
        .isEqualTo(Map.of("popular", new DemoReport.Figures(0.1235, 0.0457)));
    assertThat(report.checkpoints()).isEqualTo(new DemoReport.Checkpoints(4, 1));
    assertThat(report.models()).isEqualTo(Map.of("recommender", "version 7"));
    assertThat(report.profiles())
        .isEqualTo(
            new DemoReport.Profiles(1, 0, 2, 3, 120, 7, 5, 1, Map.of("p50", 12.0, "p99", 40.0)));
    assertThat(report.isClean()).isFalse();
  }

  @Test
  void withoutALanguageModelNothingIsSaidOfProfiles() {
    ReportAssembly assembly = assembly(new Pace.Unpaced());

    assertThat(assembly.build(new FakeJob(), Optional.empty()).profiles()).isNull();
  }

  @Test
  void roundsAndTheListsOfEachVersionAreReported() {
    RoundLedger rounds = new RoundLedger();
    rounds.add(new TrainingRound(1, TrainingRound.SKIPPED, null, 5, "nothing new", 0));
    rounds.add(new TrainingRound(2, TrainingRound.PUBLISHED, 2, 20.04, "better", 900));
    rounds.add(new TrainingRound(3, TrainingRound.REFUSED, null, 90, "worse", 1_000));
    rounds.add(new TrainingRound(4, TrainingRound.FAILED, null, 1, "no broker", 0));
    rounds.add(new TrainingRound(5, TrainingRound.PUBLISHED, 3, 30, "better", 2_000));
    ReportAssembly assembly = assembly(new Pace.Unpaced());

    assembly.fresh(900, rounds, Map.of("1", 7L, "2", 8L, "3", 9L));

    assertThat(assembly.build(new FakeJob(), Optional.empty()).fresh())
        .isEqualTo(
            new DemoReport.Fresh(
                900,
                4,
                2,
                1,
                1,
                Map.of("least", 20.0, "mean", 25.0, "most", 30.0),
                Map.of("1", 7L, "2", 8L, "3", 9L)));
    assertThat(report(new Pace.Unpaced()).fresh()).isNull();
  }

  @Test
  void countersOfBothJobsSayWhatALanguageModelHadToDoWithLists() {
    ReportAssembly assembly = assembly(new Pace.Unpaced());

    assembly.reranking(
        RerankingFigures.of(new FakeRerankJob(), new FakeJob(), Map.of("m rerank/1", 6L)));

    assertThat(assembly.build(new FakeJob(), Optional.empty()).reranking())
        .isEqualTo(
            new DemoReport.Reranking(
                9,
                5,
                Map.of("replaced", 2L, "unreadable", 1L),
                14,
                11,
                Map.of("timeout", 3L),
                4,
                2_000,
                Map.of("m rerank/1", 6L),
                8,
                Map.of("p50", 12.0)));
    assertThat(report(new Pace.Unpaced()).reranking()).isNull();
  }

  @Test
  void notesSayWhichFiguresMeanSomethingAtThisPace() {
    assertThat(assembly(new Pace.Unpaced()).notes().get(0)).startsWith("At full speed");
    assertThat(assembly(new Pace.Rate(50)).notes().get(0)).startsWith("Events came at the pace");
  }

  private DemoReport report(Pace pace) {
    ReportAssembly assembly = assembly(pace);
    assembly.roundTrip(new Percentiles(new long[] {3 * MILLI}));
    assembly.model(new ServedModel("7", Path.of("models")), new RawInference(400, 100, 16, 0.5));
    assembly.baselines(Map.of("popular", new Quality(2, 0.12345, 0.04567)));
    return assembly.build(new FakeJob(), Optional.of(new FakeProfileJob()));
  }

  private ReportAssembly assembly(Pace pace) {
    DemoSettings settings =
        new DemoSettings(
            2, pace, 3, 4, Optional.empty(), false, Optional.empty(), "demo --events 2");
    StreamOutcome outcome =
        new StreamOutcome(
            10 * MILLI,
            false,
            Map.of("broker", Duration.ofNanos(100_000)),
            Map.of("broker", Duration.ofNanos(500_000), "model-server", Duration.ofNanos(600_000)));
    ProfileLedger profiles = new ProfileLedger();
    profiles.received(profile());
    profiles.received(profile());
    return new ReportAssembly(settings, plan, ledger, evaluation, profiles, () -> 0, outcome);
  }

  private static UserProfile profile() {
    return UserProfile.newBuilder()
        .setUserId("ann")
        .setVersion(2)
        .setUpdatedAt(Instant.EPOCH)
        .setSummary("")
        .setInterests(List.of(new Claim("Drama", 1f, List.of("e"))))
        .setDislikes(List.of(new Claim("War", 1f, List.of("e"))))
        .setModel("m")
        .setPromptVersion("keywords/1")
        .setPromptTokens(100)
        .setCompletionTokens(20)
        .setClaimsRejected(3)
        .build();
  }

  private static ReplayPlan plan() {
    List<Rating> ratings = new ArrayList<>();
    for (String item : List.of("a", "b", "c", "d", "e", "f", "g", "h", "x", "y")) {
      ratings.add(new Rating(ratings.size() + 1, "ann", item, 3, ratings.size()));
    }
    return ReplayPlan.of(ratings, 2);
  }

  private static Recommendation list(TriggerKind kind, String id, Rung rung) {
    return Recommendation.newBuilder()
        .setRecommendationId("r-" + id)
        .setUserId("ann")
        .setTrigger(new Trigger(kind, id))
        .setItems(List.of())
        .setRung(rung)
        .setInputDigest("")
        .setCreatedAt(Instant.EPOCH)
        .setStages(new StageTimes(null, null, null, null, null, null))
        .build();
  }

  private static final class FakeProfileJob extends FakeJob {
    @Override
    public Map<String, Long> counters() {
      return Map.of(
          "callsAnswered", 7L,
          "callsReplayedFromJournal", 3L,
          "refreshesReplayed", 2L,
          "refreshesUnreadable", 1L);
    }

    @Override
    public Map<String, Double> percentiles(String histogram) {
      return histogram.equals("refreshWaitMillis") ? Map.of("p50", 12.25, "p99", 40.0) : Map.of();
    }
  }

  private static final class FakeRerankJob extends FakeJob {
    @Override
    public Map<String, Long> counters() {
      return Map.ofEntries(
          Map.entry("listsTaken", 9L),
          Map.entry("listsReranked", 5L),
          Map.entry("listsReplaced", 2L),
          Map.entry("listsTooOld", 0L),
          Map.entry("answersUnreadable", 1L),
          Map.entry("callsAsked", 14L),
          Map.entry("callsAnswered", 11L),
          Map.entry("callsReplayedFromJournal", 4L),
          Map.entry("failures_timeout", 3L),
          Map.entry("failures_refused", 0L),
          Map.entry("tokens", 2_000L));
    }

    @Override
    public Map<String, Double> percentiles(String histogram) {
      return histogram.equals("listWaitMillis") ? Map.of("p50", 12.25) : Map.of();
    }
  }

  private static class FakeJob implements JobStatus {
    @Override
    public Map<String, Double> percentiles(String histogram) {
      return Map.of();
    }

    @Override
    public String jobId() {
      return "0";
    }

    @Override
    public String state() {
      return "RUNNING";
    }

    @Override
    public long checkpointsCompleted() {
      return 4;
    }

    @Override
    public long checkpointsFailed() {
      return 1;
    }

    @Override
    public long restarts() {
      return 0;
    }

    @Override
    public Map<String, Long> counters() {
      return Map.of("eventsLate", 1L, "listsReranked", 8L);
    }
  }
}
