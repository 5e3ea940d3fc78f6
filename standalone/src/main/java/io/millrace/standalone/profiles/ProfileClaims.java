package io.millrace.standalone.profiles;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.profiles.GroundingRules;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.ProfilePrompt;
import io.millrace.flink.profiles.ProfilePrompts;
import io.millrace.flink.profiles.ProfileWriter;
import io.millrace.flink.profiles.PromptSettings;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.data.MovieLens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--data", required = true, description = "Folder of ml-100k.")
  private Path data;

  @Mixin private EndpointOptions endpoint;

  @Option(names = "--prompt", description = "By name. Default: ${DEFAULT-VALUE}.")
  private String prompt = "keywords";

  @Option(
      names = "--claim-texts",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private PromptSettings.ClaimTexts claimTexts = PromptSettings.ClaimTexts.CLOSED;

  @Option(
      names = "--from",
      description =
          "What profiles are written from: ${COMPLETION-CANDIDATES}; statements are made from the"
              + " ratings by a rule. Default: ${DEFAULT-VALUE}.")
  private KnownUsers.Evidence from = KnownUsers.Evidence.RATINGS;

  @Option(names = "--users", description = "At most. Default: all.")
  private int users = Integer.MAX_VALUE;

  @Option(
      names = "--evidence",
      description = "Events of a user that are kept. Default: ${DEFAULT-VALUE}.")
  private int evidence = 200;

  @Option(names = "--callers", description = "Questions at a time. Default: ${DEFAULT-VALUE}.")
  private int callers = 4;

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

  @Spec private CommandSpec spec;

  /** Runs as a command of its own. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ProfileClaims()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    MovieLens movieLens = MovieLens.read(data);
    EvidenceOfUser evidences = new EvidenceOfUser(movieLens.catalogue());
    KnownUsers known = new KnownUsers(movieLens, evidences);
    ProfilePrompt how = ProfilePrompts.named(prompt, settings());
    ProfileWriter writer = new ProfileWriter(how, GroundingRules.defaults());
    ClaimLabels labels = new ClaimLabels();
    ClaimTotals totals = new ClaimTotals();
    List<String> profiles = new ArrayList<>();
    List<RefreshCost> costs;
    try (LanguageModel model = endpoint.open()) {
      ProfilesOfUsers asker =
          new ProfilesOfUsers(how, model, new AnswerStore(answersFile, endpoint.model()), callers);
      for (ProfilesOfUsers.Asked one : asker.ask(known.of(from, evidence, users))) {
        List<ChatAnswer> answers = one.answers();
        ProfileEvidence shown = one.user().evidence();
        WrittenProfile written = writer.write(shown, answers);
        totals.add(answers, written);
        labels.add(
            one.user(), how.read(shown, answers.stream().map(ChatAnswer::text).toList()), written);
        UserProfile profile =
            ProfileRecords.of(one.user().id(), 1, shown, written, how.version(), answers);
        profiles.add(ProfileRecords.line(profile));
      }
      costs =
          from == KnownUsers.Evidence.RATINGS
              ? new GrowingHistory(evidences, writer, asker, evidence).costs(known.mostActive())
              : List.of();
    }
    ClaimReport report =
        totals.report(how.version(), endpoint.model(), evidence, labels.claims(), costs);
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
