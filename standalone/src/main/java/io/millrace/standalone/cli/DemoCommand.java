package io.millrace.standalone.cli;

import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.console.DemoConsole;
import io.millrace.standalone.data.MovieLens;
import io.millrace.standalone.demo.DemoRun;
import io.millrace.standalone.demo.DemoSettings;
import io.millrace.standalone.platform.CacheFolder;
import io.millrace.standalone.platform.Installation;
import io.millrace.standalone.platform.ModelCopy;
import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.replay.Pace;
import io.millrace.standalone.replay.ReplayPlan;
import io.millrace.standalone.report.DemoReport;
import io.millrace.standalone.report.ReportFile;
import io.millrace.standalone.retraining.TrainerProcess;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the whole system at work on real interactions, and reports how well it did. */
@Command(
    name = "demo",
    description = {
      "Starts everything, replays the newest 20 %% of MovieLens-100K (20,000 ratings) as events, shows"
          + " lists arriving for a few users, and reports what came of it.",
      "Without --speed or --rate it replays at "
          + DemoCommand.DEFAULT_RATE
          + " events/s: fast enough to end in two minutes, slow enough to read and to measure"
          + " freshness. Throughput is measured with --speed max.",
      "Exits with 1 if a list is lost or comes twice, or a checkpoint fails."
    })
final class DemoCommand implements Callable<Integer> {
  static final int DEFAULT_RATE = 200;

  /** Set by the launcher when its output is a terminal. */
  private static final String TERMINAL = "millrace.terminal";

  private static final String FULL_SPEED = "max";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder with interactions.tsv and items.tsv (the launcher fetches them into the cache and"
              + " fills this in).")
  private Path data = Path.of("");

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Replay only the first N of the events (default: all 20,000).")
  private int events = Integer.MAX_VALUE;

  @ArgGroup private Speed speed = new Speed();

  @Option(
      names = "--rehearse",
      paramLabel = "N",
      description =
          "Before that, play the events N times at full speed by other users, so that what is"
              + " measured is a system that has run a while: Java compiles what it runs often"
              + " (default: ${DEFAULT-VALUE}).")
  private int rehearsals;

  @Option(
      names = "--retrain-every",
      paramLabel = "N",
      description =
          "Train on from the served model after every N new events, with what the topic has by then,"
              + " and serve what is better while the stream goes on; implies --whole-past (default:"
              + " the model stays as it is).")
  private @Nullable Integer retrainEvery;

  @Option(
      names = "--whole-past",
      description =
          "Publish the past of all users, not only of those who come back: what retraining learns"
              + " from, and what to compare it with.")
  private boolean wholePast;

  @Option(
      names = "--trainer-python",
      paramLabel = "FILE",
      description =
          "Python with the packages of training/requirements.txt, for --retrain-every (the launcher"
              + " makes one and fills this in).")
  private @Nullable Path trainerPython;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "Users whose lists are shown (default: ${DEFAULT-VALUE}).")
  private int users = 6;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also write the report there, as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--exit",
      description = "End after the report (default: stay up until Ctrl-C, to look around).")
  private boolean exit;

  @Mixin private PlatformOptions platform = new PlatformOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  /** One of two ways to say how fast. */
  static final class Speed {
    @Option(
        names = "--speed",
        paramLabel = "X|max",
        description =
            "Replay at X times the speed at which the ratings were once given, or as fast as the"
                + " system takes them.")
    private @Nullable String factor;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description = "Replay N events a second, evenly spaced, whatever the system does.")
    private @Nullable Double rate;

    Pace pace() {
      if (rate != null) {
        return new Pace.Rate(rate);
      }
      if (factor == null) {
        return new Pace.Rate(DEFAULT_RATE);
      }
      return factor.toLowerCase(Locale.ROOT).equals(FULL_SPEED)
          ? new Pace.Unpaced()
          : new Pace.RealTime(number(factor));
    }

    private static double number(String factor) {
      try {
        return Double.parseDouble(factor);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--speed " + factor + ": a number above 0, or " + FULL_SPEED, e);
      }
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    DemoSettings settings = settings();
    platform.languageModel();
    settings.report().ifPresent(ReportFile::check);
    MovieLens ratings = MovieLens.read(data);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    DemoConsole console = new DemoConsole(out, Boolean.getBoolean(TERMINAL), System::nanoTime);
    try (PlatformSession session =
        PlatformSession.start(
            platform,
            Map.of(),
            retrainEvery == null ? (given, work) -> given : ModelCopy::serving,
            out,
            err)) {
      DemoReport result = new DemoRun(session.platform(), settings, ratings, console).run();
      if (!exit) {
        lookAround(session.platform(), console);
        session.awaitStop();
      }
      return exitCode(result, err);
    }
  }

  private DemoSettings settings() {
    if (events < 1) {
      throw misused("--events " + events + ": at least 1");
    }
    if (users < 0) {
      throw misused("--users " + users + ": at least 0");
    }
    if (rehearsals < 0 || rehearsals > ReplayPlan.MOST_REHEARSALS) {
      throw misused("--rehearse " + rehearsals + ": 0 to " + ReplayPlan.MOST_REHEARSALS);
    }
    Optional<TrainerProcess.Plan> retraining = retraining();
    try {
      return new DemoSettings(
          events,
          speed.pace(),
          rehearsals,
          users,
          Optional.ofNullable(report),
          wholePast || retraining.isPresent(),
          retraining,
          commandLine());
    } catch (IllegalArgumentException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }

  private Optional<TrainerProcess.Plan> retraining() {
    if (retrainEvery == null) {
      return Optional.empty();
    }
    if (retrainEvery < 1) {
      throw misused("--retrain-every " + retrainEvery + ": at least 1");
    }
    if (rehearsals > 0) {
      throw misused(
          "--retrain-every has no meaning with --rehearse: the models would know the replay from the"
              + " rehearsal");
    }
    if (platform.hasModelServer()) {
      throw misused(
          "--retrain-every has no meaning with --model-server: new versions are published where the"
              + " started one finds them");
    }
    if (trainerPython == null) {
      throw misused(
          "--retrain-every needs --trainer-python; ./millrace demo makes one and fills it in");
    }
    Path home = Installation.locate().home();
    return Optional.of(
        new TrainerProcess.Plan(
            trainerPython, home.resolve("training").resolve("src"), retrainEvery));
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private String commandLine() {
    return TypedCommand.of(
        "demo", spec.commandLine().getParseResult().originalArgs(), CacheFolder.ofUser().path());
  }

  private static void lookAround(Platform running, DemoConsole console) {
    console.say(
        List.of(
            "",
            "Everything stays up until Ctrl-C. Look around:",
            "  Flink dashboard   " + running.dashboard(),
            "  watch lists       ./millrace tail",
            "  cause one         ./millrace publish --user 655 --item 50 --type rate --value 5",
            "  Kafka             " + running.bootstrapServers(),
            "  schema registry   " + running.registry()));
  }

  private static int exitCode(DemoReport result, PrintWriter err) {
    if (result.isClean()) {
      return 0;
    }
    err.printf(
        "millrace: %d lists lost, %d duplicated, %d checkpoints failed%n",
        result.recommendations().lost(),
        result.recommendations().duplicated(),
        result.checkpoints().failed());
    err.flush();
    return CommandErrors.FAILED;
  }
}
