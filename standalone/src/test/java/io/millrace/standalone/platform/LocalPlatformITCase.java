package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.Topics;
import io.millrace.standalone.platform.LanguageModelChoice.Besides;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts everything for real, and stops it with nothing left. */
@Timeout(240)
final class LocalPlatformITCase {
  private static final PortChoice ANY = new PortChoice("--port", 0, false);

  private final Path temporary;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<String> deaths = new CopyOnWriteArrayList<>();

  LocalPlatformITCase(@TempDir Path temporary) {
    this.temporary = temporary;
  }

  @Test
  void startsEverythingAndLeavesNothing() throws Exception {
    Installation installation = Installation.locate();
    CacheFolder cache = new CacheFolder(temporary.resolve("cache"));
    List<ProcessHandle> children;
    try (LocalPlatform platform = platform(cache, installation.models(), ANY)) {
      platform.start();
      children = ProcessHandle.current().children().toList();
      checkRunning(platform, cache);
      platform.close();
    }

    assertThat(children).hasSize(2).noneMatch(ProcessHandle::isAlive);
    assertThat(cache.path()).isEmptyDirectory();
    assertThat(deaths).isEmpty();
  }

  /** Flink fetches metrics once somebody asks for them, and answers with those it has by then. */
  private static void awaitCounters(JobStatus job, String... names) {
    while (!job.counters().keySet().containsAll(Set.of(names))) {
      Thread.onSpinWait();
    }
  }

  private void checkRunning(Platform platform, CacheFolder cache) throws Exception {
    assertThat(said).hasSize(5).allMatch(line -> line.contains(" ready in "));
    assertThat(said.get(4)).startsWith("[5/5] job");
    assertThat(platform.job().state()).isEqualTo("RUNNING");
    assertThat(platform.job().checkpointsFailed()).isZero();
    awaitCounters(platform.job(), "eventsLate", "lists_retrieved");
    assertThat(platform.processorTime())
        .containsOnlyKeys("broker", "flink", "grpc", "registry", "model-server", "demo", "rest");
    assertThat(topics(platform)).containsAll(Topics.all().stream().map(t -> t.name()).toList());
    assertThat(get(platform.registry().resolve("v7/subjects").toString()))
        .contains("\"interactions-value\"");
    assertThat(platform.profileJob()).isEmpty();
    assertThat(platform.rerankJob()).isEmpty();
    assertThat(get(platform.dashboard().toString())).contains("<title>Apache Flink Web Dashboard");
    assertThat(cache.addresses().read())
        .hasValueSatisfying(
            running ->
                assertThat(running.bootstrapServers()).isEqualTo(platform.bootstrapServers()));
  }

  @Test
  void writesProfilesBesideTheListsWhenALanguageModelIsNamed() throws Exception {
    CacheFolder cache = new CacheFolder(temporary.resolve("cache"));
    LanguageModelChoice nobody =
        new LanguageModelChoice.Endpoint(
            URI.create("http://127.0.0.1:1/v1"), "nobody", Set.of(Besides.ITEMS, Besides.LISTS));
    Path models = Installation.locate().models();

    try (LocalPlatform platform = platform(cache, models, ANY, Optional.of(nobody))) {
      platform.start();
      assertThat(said)
          .hasSize(8)
          .anyMatch(line -> line.contains("] profile job"))
          .anyMatch(line -> line.contains("] catalogue job"))
          .anyMatch(line -> line.contains("] rerank job"));
      JobStatus profiles = platform.profileJob().orElseThrow();
      assertThat(profiles.state()).isEqualTo("RUNNING");
      assertThat(profiles.jobId()).isNotEqualTo(platform.job().jobId());
      awaitCounters(profiles, "callsAnswered", "profilesWritten");
      awaitCounters(
          platform.rerankJob().orElseThrow(),
          "callsAsked",
          "tokens",
          "listsTaken",
          "answersUnreadable");
      assertThat(platform.job().state()).isEqualTo("RUNNING");
    }
    assertThat(deaths).isEmpty();
  }

  @Test
  void aBrokenModelFolderEndsTheStartWithOneLineAndNothingLeft() {
    CacheFolder cache = new CacheFolder(temporary.resolve("cache"));
    Path missing = temporary.resolve("no-models");

    try (LocalPlatform platform = platform(cache, missing, ANY)) {
      assertThatThrownBy(platform::start)
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("--models " + missing);
    }

    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(cache.path()).isDirectoryNotContaining(path -> path.toString().contains("run-"));
  }

  @Test
  void aPortInUseIsToldBeforeAnythingStarts() throws IOException {
    CacheFolder cache = new CacheFolder(temporary.resolve("cache"));
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PortChoice taken = new PortChoice("--kafka-port", other.getLocalPort(), true);

      assertThatThrownBy(() -> platform(cache, temporary, taken))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("--kafka-port " + other.getLocalPort());
    }
  }

  private LocalPlatform platform(CacheFolder cache, Path models, PortChoice kafkaPort) {
    return platform(cache, models, kafkaPort, Optional.empty());
  }

  private LocalPlatform platform(
      CacheFolder cache,
      Path models,
      PortChoice kafkaPort,
      Optional<LanguageModelChoice> languageModel) {
    PlatformSettings settings =
        new PlatformSettings(
            cache,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            kafkaPort,
            ANY,
            ANY,
            ANY,
            models,
            languageModel,
            List.of(),
            2,
            Map.of());
    return LocalPlatform.ofRecommendations(
        settings, Installation.locate(), WorkFolder.temporary(cache), said::add, deaths::add);
  }

  private static List<String> topics(Platform platform) throws Exception {
    Properties client = new Properties();
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, platform.bootstrapServers());
    try (Admin admin = Admin.create(client)) {
      return List.copyOf(admin.listTopics().names().get());
    }
  }

  private static String get(String address) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
