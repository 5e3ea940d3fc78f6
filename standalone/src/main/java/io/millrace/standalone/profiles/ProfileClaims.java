package io.millrace.standalone.profiles;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.flink.llm.ApiKeySource;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.EndpointSettings;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.llm.LanguageModelSettings;
import io.millrace.flink.llm.OpenAiLanguageModelFactory;
import io.millrace.flink.llm.Sampling;
import io.millrace.flink.llm.StructuredOutput;
import io.millrace.flink.profiles.GroundingRules;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.ProfilePrompt;
import io.millrace.flink.profiles.ProfilePrompts;
import io.millrace.flink.profiles.ProfileWriter;
import io.millrace.flink.profiles.PromptSettings;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.data.MovieLens;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes profiles of the demo's users from their past, and says how many claims are right. */
@Command(
    name = "profile-claims",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description =
        "Has a language model write profiles of the users who come back in the demo's replay, from"
            + " their ratings before it, and labels every claim.")
@SuppressWarnings("NullAway.Init")
public final class ProfileClaims implements Callable<Integer> {
  private static final int LEAST_EVENTS = 5;
  private static final int MOST_ANSWER_BYTES = 1 << 20;
  private static final int ATTEMPTS = 3;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--data", required = true, description = "Folder of ml-100k.")
  private Path data;

  @Option(names = "--url", description = "Of the endpoint. Default: ${DEFAULT-VALUE}.")
  private String url = "http://127.0.0.1:8000/v1";

  @Option(names = "--model", description = "To ask for. Default: ${DEFAULT-VALUE}.")
  private String model = "smollm2-135m-instruct";

  @Option(names = "--prompt", description = "By name. Default: ${DEFAULT-VALUE}.")
  private String prompt = "keywords";

  @Option(
      names = "--claim-texts",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private PromptSettings.ClaimTexts claimTexts = PromptSettings.ClaimTexts.CLOSED;

  @Option(names = "--users", description = "At most. Default: all.")
  private int users = Integer.MAX_VALUE;

  @Option(
      names = "--evidence",
      description = "Events of a user that are kept. Default: ${DEFAULT-VALUE}.")
  private int evidence = 200;

  @Option(names = "--callers", description = "Questions at a time. Default: ${DEFAULT-VALUE}.")
  private int callers = 4;

  @Option(names = "--timeout", description = "For one answer, as PT2M. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofMinutes(10);

  @Option(
      names = "--answers",
      required = true,
      description = "File of answers: those in it are not asked for again.")
  private Path answersFile;

  @Option(names = "--profiles", description = "File for the profiles, as Avro's JSON.")
  private @Nullable Path profilesFile;

  @Option(names = "--labels", description = "File for the claims with their labels.")
  private @Nullable Path labelsFile;

  @Option(names = "--report", description = "File for the figures.")
  private @Nullable Path reportFile;

  @Option(
      names = "--key-variable",
      description = "Environment variable that holds the endpoint's key. Default: no key.")
  private @Nullable String keyVariable;

  @Spec private CommandSpec spec;

  /** Runs as a command of its own. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ProfileClaims()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    MovieLens movieLens = MovieLens.read(data);
    Map<String, List<Rating>> all = byUser(movieLens.ratings());
    Map<String, List<Rating>> past =
        byUser(ReplayPlan.of(movieLens.ratings(), Integer.MAX_VALUE).backfill());
    EvidenceOfUser evidences = new EvidenceOfUser(movieLens.catalogue());
    Map<String, ProfileEvidence> asked = new LinkedHashMap<>();
    past.forEach(
        (user, ratings) -> {
          if (ratings.size() >= LEAST_EVENTS && asked.size() < users) {
            asked.put(user, evidences.of(ratings, evidence, null));
          }
        });
    ProfilePrompt how = ProfilePrompts.named(prompt, settings());
    ProfileWriter writer = new ProfileWriter(how, GroundingRules.defaults());
    ClaimLabels labels = new ClaimLabels(new LabelRule(movieLens.catalogue()));
    ClaimTotals totals = new ClaimTotals();
    List<String> profiles = new ArrayList<>();
    List<RefreshCost> costs;
    try (LanguageModel endpoint = new OpenAiLanguageModelFactory(endpoint()).create()) {
      ProfilesOfUsers asker =
          new ProfilesOfUsers(how, endpoint, new AnswerStore(answersFile, model), callers);
      for (ProfilesOfUsers.Asked one : asker.ask(asked)) {
        List<ChatAnswer> answers = one.answers();
        WrittenProfile written = writer.write(one.evidence(), answers);
        totals.add(answers, written);
        labels.add(
            one.user(),
            all.getOrDefault(one.user(), List.of()),
            (int) one.evidence().eventCount(),
            how.read(one.evidence(), answers.stream().map(ChatAnswer::text).toList()),
            written);
        UserProfile profile =
            ProfileRecords.of(one.user(), 1, one.evidence(), written, how.version(), answers);
        profiles.add(ProfileRecords.line(profile));
      }
      costs = new GrowingHistory(evidences, writer, asker, evidence).costs(mostActive(all));
    }
    ClaimReport report = totals.report(how.version(), model, evidence, labels.claims(), costs);
    write(profilesFile, String.join("\n", profiles) + "\n");
    write(labelsFile, labels(labels.claims()));
    String json = JSON.writeValueAsString(report) + "\n";
    write(reportFile, json);
    spec.commandLine().getOut().print(json);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private PromptSettings settings() {
    PromptSettings defaults = PromptSettings.defaults();
    return new PromptSettings(
        defaults.ratingScale(),
        defaults.maxEvents(),
        defaults.maxClaims(),
        claimTexts,
        defaults.aspects(),
        defaults.maxTokens());
  }

  private LanguageModelSettings endpoint() {
    return new LanguageModelSettings(
        new EndpointSettings(
            url,
            model,
            new ApiKeySource(null, keyVariable),
            timeout,
            ATTEMPTS,
            LONGEST_PAUSE,
            MOST_ANSWER_BYTES),
        StructuredOutput.JSON_SCHEMA,
        Sampling.GREEDY);
  }

  /** Nobody has 1,000 ratings; the two with most of them do together. */
  private static List<Rating> mostActive(Map<String, List<Rating>> all) {
    return all.values().stream()
        .sorted(Comparator.comparingInt((List<Rating> ratings) -> -ratings.size()))
        .limit(2)
        .flatMap(List::stream)
        .toList();
  }

  private static Map<String, List<Rating>> byUser(List<Rating> ratings) {
    Map<String, List<Rating>> users = new LinkedHashMap<>();
    for (Rating rating : ratings) {
      users.computeIfAbsent(rating.user(), user -> new ArrayList<>()).add(rating);
    }
    return users;
  }

  private static String labels(List<LabelledClaim> claims) {
    StringBuilder lines = new StringBuilder(LabelledClaim.HEADER).append('\n');
    claims.forEach(claim -> lines.append(claim.line()).append('\n'));
    return lines.toString();
  }

  private static void write(@Nullable Path file, String text) throws IOException {
    if (file != null) {
      Files.writeString(file, text);
    }
  }
}
