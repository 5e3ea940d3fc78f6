package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.topics.RecordPublisher;
import io.millrace.standalone.cli.topics.RegistryForTests;
import io.millrace.standalone.cli.topics.TopicReader;
import io.millrace.standalone.platform.BrokerForTests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real broker; the tests stand in for the job that writes profiles. */
@Timeout(240)
final class ProfileCommandITCase {
  private static final String WAITING = "waiting at most";

  private static @Nullable BrokerForTests runningBroker;
  private static @Nullable RegistryForTests runningRegistry;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    runningRegistry = new RegistryForTests();
    runningBroker = new BrokerForTests(folder);
    runningBroker.create(
        List.of("interactions", "user-profiles", "profile-refreshes", "language-model-answers"));
  }

  @AfterAll
  static void stop() {
    if (runningBroker != null) {
      runningBroker.close();
    }
    if (runningRegistry != null) {
      runningRegistry.close();
    }
  }

  @Test
  void theNewestProfileIsShownWithWhatIsKeptOfOlderOnes() throws Exception {
    publishAnswer("shown", 1);
    publishProfile("shown", 2);
    publishProfile("another", 7);
    publishProfile("shown", 3);

    assertThat(run("show", "--user", "shown")).isZero();

    assertThat(out.toString())
        .startsWith("User shown · profile version 3\n")
        .contains("  version 2  ", "      the same claims", "  Version 1 is gone", "answer 1  ")
        .doesNotContain("version 7", "\u001b");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theSameIsThereAsJson() throws Exception {
    publishProfile("machine", 1);

    assertThat(run("show", "--user", "machine", "--json")).isZero();

    assertThat(out.toString()).startsWith("{").contains("\"userId\" : \"machine\"");
  }

  @Test
  void aUserWithoutAProfileIsAFailureOfOneLine() {
    assertThat(run("show", "--user", "nobody")).isEqualTo(CommandErrors.FAILED);

    assertThat(err.toString())
        .startsWith("millrace: user nobody has no profile; one is written after 5 events")
        .hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anErasedProfileIsNotShown() throws Exception {
    publishProfile("erased", 1);
    publish(Topics.USER_PROFILES, "erased", null);

    assertThat(run("show", "--user", "erased")).isEqualTo(CommandErrors.FAILED);

    assertThat(err.toString()).contains("user erased has no profile any more: it was erased");
  }

  @Test
  void aRefreshIsPublished() {
    assertThat(run("refresh", "--user", "wisher")).isZero();

    assertThat(out.toString()).matches("refresh \\S+ published to profile-refreshes \\(.*\\)\n");
    ProfileRefresh refresh = last(Topics.PROFILE_REFRESHES, "wisher");
    assertThat(out.toString()).contains(refresh.getRefreshId());
  }

  @Test
  void theProfileThatComesOfARefreshIsWaitedFor() throws Exception {
    publishProfile("patient", 1);

    int code =
        runAndThen(
            () -> publishProfile("patient", 2), "refresh", "--user", "patient", "--wait", "60");

    assertThat(code).isZero();
    assertThat(out.toString()).contains("User patient · profile version 2");
  }

  @Test
  void aStatementIsPublishedAndAProfileThatCitesItWaitedFor() throws Exception {
    publishProfile("speaker", 1);

    int code =
        runAndThen(
            () -> {
              String id = last(Topics.INTERACTIONS, "speaker").getEventId();
              publishProfile("speaker", 2);
              publish(Topics.USER_PROFILES, "speaker", citing(profile("speaker", 3), id));
            },
            "statement",
            "--user",
            "speaker",
            "slow films",
            "about the sea",
            "--wait",
            "60");

    assertThat(code).isZero();
    assertThat(out.toString()).contains("User speaker · profile version 3");
    Interaction event = last(Topics.INTERACTIONS, "speaker");
    assertThat(event.getType()).isEqualTo(InteractionType.PREFERENCE_STATEMENT);
    assertThat(event.getStatement()).isEqualTo("slow films about the sea");
    assertThat(event.getItemId()).isNull();
  }

  @Test
  void aProfileThatDoesNotComeIsAFailure() {
    assertThat(run("refresh", "--user", "late", "--wait", "1")).isEqualTo(CommandErrors.FAILED);

    assertThat(err.toString())
        .startsWith("millrace: no profile came within --wait 1")
        .hasLineCount(1);
  }

  private int run(String... arguments) {
    return run(new PrintWriter(out, true), arguments);
  }

  private int run(PrintWriter output, String... arguments) {
    List<String> all = new ArrayList<>(List.of("profile"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--bootstrap-servers", kafka(), "--registry", registry()));
    return Millrace.run(output, new PrintWriter(err, true), all.toArray(new String[0]));
  }

  /** Runs a command, and something else as soon as the command waits. */
  private int runAndThen(Step step, String... arguments) {
    return run(new PrintWriter(new Watched(step), true), arguments);
  }

  /** What a test does. */
  private interface Step {
    void run() throws Exception;
  }

  /** Hears when the command says that it waits: it has read what there was by then. */
  private final class Watched extends Writer {
    private final Step step;
    private boolean done;

    Watched(Step step) {
      this.step = step;
    }

    @Override
    public void write(char[] text, int start, int length) {
      out.write(text, start, length);
    }

    @Override
    public void flush() {
      if (!done && out.toString().contains(WAITING)) {
        done = true;
        try {
          step.run();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void close() {}
  }

  private static void publishProfile(String user, long version) throws Exception {
    publish(Topics.USER_PROFILES, user, profile(user, version));
  }

  private static UserProfile profile(String user, long version) {
    return UserProfile.newBuilder(Profiles.version(version)).setUserId(user).build();
  }

  private static UserProfile citing(UserProfile profile, String eventId) {
    return UserProfile.newBuilder(profile)
        .setCited(List.of(Profiles.cited(eventId, "the sea", "PREFERENCE_STATEMENT", null)))
        .build();
  }

  private static void publishAnswer(String user, long ordinal) throws Exception {
    LanguageModelAnswer answer =
        LanguageModelAnswer.newBuilder(Profiles.answer(ordinal)).setSubject(user).build();
    publish(Topics.LANGUAGE_MODEL_ANSWERS, user + "/" + ordinal, answer);
  }

  private static <V extends SpecificRecord> void publish(
      Topic<V> topic, String key, @Nullable V value) throws Exception {
    if (value != null) {
      try (SchemaRegistry schemas = schemas();
          RecordPublisher publisher = new RecordPublisher(client(), schemas)) {
        publisher.publish(topic, key, value, "id");
      }
      return;
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(topic.name(), keyBytes, null)).get(30, TimeUnit.SECONDS);
    }
  }

  private static <V extends SpecificRecord> V last(Topic<V> topic, String key) {
    List<V> values = new ArrayList<>();
    try (SchemaRegistry schemas = schemas();
        TopicReader<V> reader = new TopicReader<>(client(), schemas, topic)) {
      reader.readAll(
          key::equals,
          (found, value) -> {
            if (value != null) {
              values.add(value);
            }
          });
    }
    return values.get(values.size() - 1);
  }

  private static SchemaRegistry schemas() {
    return new SchemaRegistry(RegistrySettings.at(registry()));
  }

  private static Map<String, Object> client() {
    return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka());
  }

  private static String kafka() {
    BrokerForTests broker = runningBroker;
    return broker == null ? "" : broker.address();
  }

  private static String registry() {
    RegistryForTests registry = runningRegistry;
    return registry == null ? "" : registry.address();
  }
}
