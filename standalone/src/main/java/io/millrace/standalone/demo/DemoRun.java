package io.millrace.standalone.demo;

import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.standalone.console.DemoConsole;
import io.millrace.standalone.data.MovieLens;
import io.millrace.standalone.evaluation.BaselineEvaluation;
import io.millrace.standalone.measurement.BrokerRoundTrip;
import io.millrace.standalone.measurement.Percentiles;
import io.millrace.standalone.measurement.RawInference;
import io.millrace.standalone.measurement.RawInferenceProcess;
import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.platform.PlatformException;
import io.millrace.standalone.replay.ClientSettings;
import io.millrace.standalone.replay.PacingClock;
import io.millrace.standalone.replay.ReplayPlan;
import io.millrace.standalone.report.DemoReport;
import io.millrace.standalone.report.ReportFile;
import io.millrace.standalone.report.ReportText;
import io.millrace.standalone.retraining.RoundLedger;
import io.millrace.standalone.retraining.TrainerProcess;
import io.millrace.standalone.retraining.TrainingRound;
import java.time.Duration;
import java.util.Locale;

/**
 * Plays a data set through a running platform and reports what came of it.
 *
 * <p>The floor and the bare model are measured after the stream, on the same machine, when nothing
 * else is busy.
 */
public final class DemoRun {
  private static final int PROBE_WARM_UP = 50;
  private static final int PROBES = 500;
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(8);

  private final Platform platform;
  private final DemoSettings settings;
  private final MovieLens data;
  private final ReplayPlan plan;
  private final DemoConsole console;
  private final RoundLedger rounds = new RoundLedger();

  /** Nothing is published yet. */
  public DemoRun(Platform platform, DemoSettings settings, MovieLens data, DemoConsole console) {
    this.platform = platform;
    this.settings = settings;
    this.data = data;
    this.plan = ReplayPlan.of(data.ratings(), settings.events(), settings.wholePast());
    this.console = console;
  }

  /**
   * Runs from the first record to the report, which is shown and written.
   *
   * @throws PlatformException if something other than lists fails
   * @throws InterruptedException if the thread is interrupted
   */
  public DemoReport run() throws InterruptedException {
    RegistrySettings registryAddress = RegistrySettings.at(platform.registry().toString());
    try (SchemaRegistry registry = new SchemaRegistry(registryAddress);
        DemoStream stream =
            new DemoStream(
                platform, settings, data, plan, new RegistrySchemaIds(registry), console)) {
      console.say("");
      console.say("Flink dashboard: " + platform.dashboard());
      stream.prepare();
      stream.rehearse();
      StreamOutcome outcome = replay(stream);
      console.say("");
      console.say(
          outcome.complete()
              ? "Every list has arrived. Measuring the floor and the bare model (15 s) ..."
              : "Not every list has arrived. Measuring the floor and the bare model (15 s) ...");
      return report(stream, outcome);
    }
  }

  /** With the training beside it for as long as it lasts, if there is to be one. */
  private StreamOutcome replay(DemoStream stream) throws InterruptedException {
    if (settings.retraining().isEmpty()) {
      announce();
      return stream.replay();
    }
    TrainerProcess.Plan plan = settings.retraining().get();
    try (TrainerProcess trainer = TrainerProcess.start(plan, platform, this::tell)) {
      trainer.awaitFirstRound();
      announce();
      StreamOutcome outcome = stream.replay();
      trainer.checkAlive();
      return outcome;
    }
  }

  private void announce() {
    console.say(
        String.format(
            Locale.ROOT,
            "Replaying %,d ratings of %,d users, %,d of them new, %s.",
            plan.events().size(),
            plan.users(),
            plan.users() - plan.requests().size(),
            settings.pace().describe()));
  }

  private void tell(TrainingRound round) {
    rounds.add(round);
    if (!round.result().equals(TrainingRound.SKIPPED)) {
      console.say(
          String.format(
              Locale.ROOT,
              "  training, round %d: %s; %s (%,d new events, %.1f s)",
              round.round(),
              round.version() == null ? round.result() : "version " + round.version(),
              round.detail(),
              round.newEvents(),
              round.seconds()));
    }
  }

  private DemoReport report(DemoStream stream, StreamOutcome outcome) throws InterruptedException {
    ReportAssembly assembly =
        new ReportAssembly(
            settings,
            plan,
            stream.ledger(),
            stream.evaluation(),
            stream.profiles(),
            stream::deadLetters,
            outcome);
    assembly.roundTrip(roundTrip());
    ServedModel model =
        ServedModel.of(platform.modelRepository(), stream.ledger().modelVersions()).orElse(null);
    if (model != null) {
      RawInference raw = new RawInferenceProcess(model.folder()).measure(plan);
      assembly.model(model, raw);
    }
    assembly.baselines(BaselineEvaluation.of(plan));
    settings
        .retraining()
        .ifPresent(
            training -> assembly.fresh(training.everyEvents(), rounds, stream.versions().lists()));
    platform
        .rerankJob()
        .ifPresent(
            job ->
                assembly.reranking(
                    RerankingFigures.of(job, platform.job(), stream.rerankers().lists())));
    DemoReport report = assembly.build(platform.job(), platform.profileJob());
    console.say("");
    console.say(ReportText.lines(report, assembly.notes()));
    settings.report().ifPresent(file -> ReportFile.write(file, report));
    settings.report().ifPresent(file -> console.say("  The same is in " + file + "."));
    return report;
  }

  private Percentiles roundTrip() throws InterruptedException {
    ClientSettings clients = ClientSettings.forLatency(platform.bootstrapServers());
    return new Percentiles(
        new BrokerRoundTrip(clients, PacingClock.system())
            .measure(PROBE_WARM_UP, PROBES, PROBE_INTERVAL));
  }
}
