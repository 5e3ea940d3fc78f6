package io.millrace.standalone.cli.explain;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.standalone.cli.rules.RuleTopics;
import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.explain.Explainer;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.GrpcModelServer;
import io.millrace.standalone.explain.Verdict;
import io.millrace.standalone.rules.KnownCatalogue;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says how a list came about, and whether it does again. */
@Command(
    name = "explain",
    description = {
      "Makes a past list again from what was kept of its inputs, with the same version of the model"
          + " and the rules of then, and shows every stage.",
      "Exits with 1 unless the same list comes out: same items and order, scores within 0.0001.",
      "",
      "Examples:",
      "  ./millrace explain 0d3cf2a1...   (recommendationId, as tail --json shows it)",
      "  ./millrace explain --sample 100"
    })
public final class ExplainCommand implements Callable<Integer> {
  /** Differences that are written out of a sample at most. */
  private static final int SHOWN = 10;

  @Parameters(arity = "0..1", paramLabel = "RECOMMENDATION_ID", description = "Which list.")
  private @Nullable String id;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Instead of one: so many random ones of those whose inputs are kept.")
  private @Nullable Integer sample;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Which ones --sample takes (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--json", description = "Print all of it as one JSON object.")
  private boolean json;

  @Mixin private ModelServerOptions modelServer = new ModelServerOptions();
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if ((id == null) == (sample == null)) {
      throw misuse("give a RECOMMENDATION_ID, or --sample");
    }
    if (sample != null && (sample < 1 || sample > 100_000)) {
      throw misuse("--sample " + sample + ": 1 to 100000");
    }
    if (sample != null && json) {
      throw misuse("--json goes with a RECOMMENDATION_ID, not with --sample");
    }
    String misuse = modelServer.misuse();
    if (misuse != null) {
      throw misuse(misuse);
    }
    Map<String, Object> kafka = connection.kafka();
    try (SchemaRegistry schemas = connection.schemas();
        GrpcModelServer server = modelServer.connect(connection)) {
      PastLists lists = new PastLists(kafka, schemas);
      Explainer explainer = new Explainer(server);
      if (id == null) {
        return explainSample(lists, explainer, sample == null ? 1 : sample);
      }
      Explanation explanation = explainOne(lists, explainer, id);
      KnownCatalogue catalogue = new RuleTopics(kafka, schemas).catalogue();
      show(explanation, catalogue);
      return explanation.verdict() == Verdict.SAME ? 0 : CommandErrors.FAILED;
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static Explanation explainOne(PastLists lists, Explainer explainer, String id) {
    RecommendationInput input = lists.input(id);
    Recommendation list = lists.lists(Set.of(id)).get(id);
    if (input == null) {
      throw new CommandException(absence(id, list));
    }
    return explainer.explain(list, input);
  }

  /** Why nothing can be said of a list. */
  static String absence(String id, @Nullable Recommendation list) {
    String printable = PrintableText.of(id);
    if (list == null) {
      return "there is no recommendation "
          + printable
          + "; "
          + Topics.RECOMMENDATIONS.name()
          + " keeps them for "
          + Topics.RECOMMENDATIONS.retention().toDays()
          + " days";
    }
    return "recommendation "
        + printable
        + " (user "
        + PrintableText.of(list.getUserId())
        + ", "
        + list.getRung()
        + ", "
        + list.getCreatedAt()
        + ") has no inputs any more, or never had: "
        + Topics.RECOMMENDATION_INPUTS.name()
        + " keeps them for "
        + PrintableText.count(Topics.RECOMMENDATION_INPUTS.retention().toDays(), "day")
        + ", and the job writes them for a share of all lists";
  }

  private void show(Explanation explanation, KnownCatalogue catalogue) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ExplainJson.of(explanation));
    } else {
      new ExplainPage(catalogue::title, ZoneId.systemDefault(), TextStyle.ofOutput())
          .lines(explanation)
          .forEach(out::println);
    }
  }

  private int explainSample(PastLists lists, Explainer explainer, int most) {
    PrintWriter out = spec.commandLine().getOut();
    List<RecommendationInput> inputs = lists.sample(most, seed);
    Set<String> ids = new HashSet<>();
    inputs.forEach(input -> ids.add(input.getRecommendationId()));
    Map<String, Recommendation> records = lists.lists(ids);
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    for (Verdict verdict : Verdict.values()) {
      counts.put(verdict, 0);
    }
    List<String> others = new ArrayList<>();
    for (RecommendationInput input : inputs) {
      String listId = input.getRecommendationId();
      Explanation explanation = explainer.explain(records.get(listId), input);
      counts.merge(explanation.verdict(), 1, Integer::sum);
      if (explanation.verdict() != Verdict.SAME && others.size() < SHOWN) {
        others.add(PrintableText.of(listId + ": " + explanation.reasons().get(0)));
      }
    }
    others.forEach(out::println);
    out.println(
        PrintableText.count(inputs.size(), "list")
            + ": "
            + counts.get(Verdict.SAME)
            + " came out the same, "
            + counts.get(Verdict.DIFFERENT)
            + " differently, "
            + counts.get(Verdict.UNKNOWN)
            + " cannot be made again");
    if (inputs.isEmpty()) {
      throw new CommandException(
          Topics.RECOMMENDATION_INPUTS.name() + " is empty; the job writes it as lists are made");
    }
    return others.isEmpty() ? 0 : CommandErrors.FAILED;
  }
}
