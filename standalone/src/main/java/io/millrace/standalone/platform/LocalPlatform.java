package io.millrace.standalone.platform;

import io.millrace.flink.jobs.CatalogueJob;
import io.millrace.flink.jobs.ProfileJob;
import io.millrace.flink.jobs.RecommendationJob;
import io.millrace.flink.jobs.RerankJob;
import io.millrace.standalone.platform.AddressFile.Addresses;
import io.millrace.standalone.platform.LanguageModelChoice.Besides;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The whole system on this machine; each part is either started here or given by its address.
 *
 * <p>Broker, registry, model server and Flink start side by side; topics, schemas and the job
 * follow. A model server or a registry that dies is started again. A broker, a Flink or a job that
 * ends by itself ends the platform: whoever made it hears why, once, and closes it.
 */
public final class LocalPlatform implements Platform {
  /** Each part knows its own, shorter limit where it can; a start takes seconds. */
  private static final StartSequence.Limits LIMITS =
      new StartSequence.Limits(Duration.ofMinutes(2), Duration.ofSeconds(12));

  private final PlatformSettings settings;
  private final Installation installation;
  private final WorkFolder work;
  private final Consumer<String> onDeath;
  private final StartProgress progress;
  private final StartSequence parts;
  private final PlatformPorts ports;
  private final Addresses addresses;
  private final @Nullable EmbeddedFlink flink;
  private final RunningJob job;
  private final Optional<ProfileSetup> profileSetup;
  private final Optional<RunningJob> profiles;
  private final Optional<RunningJob> catalogue;
  private final Optional<RunningJob> rerank;
  private final ProcessorTimes processorTimes = new ProcessorTimes();
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicBoolean ended = new AtomicBoolean();

  /**
   * A platform of which nothing runs yet.
   *
   * @param work where to write; {@link #close()} removes it, or keeps it as it says
   * @param plan the job to run
   * @param progress hears of each part
   * @param onDeath hears why a started platform cannot go on, once, on any thread
   * @throws PlatformException if a port that was asked for is taken
   */
  LocalPlatform(
      PlatformSettings settings,
      Installation installation,
      WorkFolder work,
      JobPlan plan,
      StartProgress progress,
      Consumer<String> onDeath) {
    this.settings = settings;
    this.installation = installation;
    this.work = work;
    this.progress = progress;
    this.onDeath = onDeath;
    this.ports = PlatformPorts.choose(settings, progress);
    this.profileSetup =
        settings.languageModel().map(model -> new ProfileSetup(model, ports.modelServerHttp()));
    this.addresses =
        new Addresses(
            ProcessHandle.current().pid(),
            settings.bootstrapServers().orElse("127.0.0.1:" + ports.kafka()),
            settings.registry().orElse(EmbeddedRegistry.api(ports.registry())),
            settings.modelServer().orElse("127.0.0.1:" + ports.modelServer()),
            settings.flinkRest().orElse(URI.create("http://127.0.0.1:" + ports.flink())));
    if (settings.flinkRest().isPresent()) {
      this.flink = null;
      this.job = remote(RecommendationJob.class, this::place);
    } else {
      this.flink = new EmbeddedFlink(work, ports.flink(), settings.parallelism() + slots());
      this.job =
          new EmbeddedJob(
              flink, plan, this::place, http, end -> died(RecommendationJob.NAME + ": " + end));
    }
    this.profiles =
        profileSetup.map(
            setup ->
                jobBeside(
                    ProfileJob.class, ProfileJob.NAME, JobPlans.profiles(), this::placeOfProfiles));
    this.catalogue =
        profileSetup
            .filter(setup -> setup.languageModel().besides().contains(Besides.ITEMS))
            .map(
                setup ->
                    jobBeside(
                        CatalogueJob.class,
                        CatalogueJob.NAME,
                        JobPlans.catalogue(),
                        this::placeOfCatalogue));
    this.rerank =
        profileSetup
            .filter(setup -> setup.languageModel().besides().contains(Besides.LISTS))
            .map(
                setup ->
                    jobBeside(
                        RerankJob.class, RerankJob.NAME, JobPlans.rerank(), this::placeOfRerank));
    this.parts = new StartSequence(settings.partsStartedHere(), progress, System::nanoTime, LIMITS);
  }

  private RemoteJob remote(Class<?> main, Supplier<JobPlan.Place> where) {
    return new RemoteJob(main.getName(), http, addresses.dashboard(), installation::jobJar, where);
  }

  /** Task slots for the jobs that a language model slows down: one for each. */
  private int slots() {
    return profileSetup.map(setup -> setup.languageModel().jobs()).orElse(0);
  }

  private RunningJob jobBeside(
      Class<?> main, String name, JobPlan plan, Supplier<JobPlan.Place> where) {
    return flink == null
        ? remote(main, where)
        : new EmbeddedJob(flink, plan, where, http, end -> died(name + ": " + end));
  }

  /**
   * A platform that runs the recommendation job; nothing is started yet.
   *
   * @param work where to write; {@link #close()} removes it, or keeps it as it says
   * @param progress hears of each part
   * @param onDeath hears why a started platform cannot go on, once, on any thread
   * @throws PlatformException if a port that was asked for is taken
   */
  public static LocalPlatform ofRecommendations(
      PlatformSettings settings,
      Installation installation,
      WorkFolder work,
      StartProgress progress,
      Consumer<String> onDeath) {
    return new LocalPlatform(
        settings, installation, work, JobPlans.recommendations(), progress, onDeath);
  }

  /**
   * Starts everything and returns when the job runs.
   *
   * @throws PlatformException if a part does not start; the caller closes the platform then too
   */
  public void start() {
    try {
      work.checkSpace();
      settings.cache().addresses().removeStale();
      List<CompletableFuture<?>> starting = new ArrayList<>();
      starting.add(beginBroker());
      starting.add(beginRegistry());
      starting.add(beginModelServer());
      if (flink != null) {
        EmbeddedFlink started = flink;
        starting.add(parts.begin("Flink", processorTimes.group("flink"), () -> started));
      }
      parts.await(starting);
      List<CompletableFuture<?>> jobs = new ArrayList<>();
      jobs.add(parts.begin("job", processorTimes.group("flink"), () -> job));
      profiles.ifPresent(
          started ->
              jobs.add(parts.begin("profile job", processorTimes.group("flink"), () -> started)));
      catalogue.ifPresent(
          started ->
              jobs.add(parts.begin("catalogue job", processorTimes.group("flink"), () -> started)));
      rerank.ifPresent(
          started ->
              jobs.add(parts.begin("rerank job", processorTimes.group("flink"), () -> started)));
      parts.await(jobs);
      settings.cache().addresses().write(addresses);
    } catch (PlatformException e) {
      if (ended.compareAndSet(false, true)) {
        throw new PlatformException(failureLogs().keep(String.valueOf(e.getMessage())), e);
      }
      throw e;
    }
  }

  private CompletableFuture<?> beginBroker() {
    if (settings.bootstrapServers().isPresent()) {
      return parts.begin(
          "topics of " + bootstrapServers(),
          () -> TopicSetup.createTopics(bootstrapServers(), false));
    }
    return parts
        .begin(
            "broker",
            processorTimes.group("broker"),
            () -> new EmbeddedBroker(work.folder("kafka"), ports.kafka(), this::died))
        .thenRun(() -> TopicSetup.createTopics(bootstrapServers(), true));
  }

  private CompletableFuture<?> beginRegistry() {
    if (settings.registry().isPresent()) {
      return parts.begin("schemas of " + registry(), () -> TopicSetup.registerSchemas(registry()));
    }
    return parts
        .begin(
            "schema registry",
            Thread.currentThread().getThreadGroup(),
            () -> EmbeddedRegistry.launch(installation, work, ports.registry(), progress))
        .thenAccept(
            started -> {
              processorTimes.process("registry", started.child()::processorTime);
              TopicSetup.registerSchemas(registry());
            });
  }

  private CompletableFuture<?> beginModelServer() {
    if (settings.modelServer().isPresent()) {
      return CompletableFuture.completedFuture(null);
    }
    return parts
        .begin(
            "model server",
            Thread.currentThread().getThreadGroup(),
            () ->
                EmbeddedModelServer.launch(
                    profileSetup
                        .map(setup -> setup.repository(settings.models(), installation, work))
                        .orElse(settings.models()),
                    profileSetup
                        .map(setup -> setup.modelServerArguments(settings.modelServerArguments()))
                        .orElse(settings.modelServerArguments()),
                    work,
                    ports.modelServer(),
                    ports.modelServerHttp(),
                    progress))
        .thenAccept(
            started -> processorTimes.process("model-server", started.child()::processorTime));
  }

  private JobPlan.Place placeOfProfiles() {
    return placeBeside(work.folder("checkpoints-of-profiles"));
  }

  private JobPlan.Place placeOfCatalogue() {
    return placeBeside(work.folder("checkpoints-of-catalogue"));
  }

  private JobPlan.Place placeOfRerank() {
    return placeBeside(work.folder("checkpoints-of-rerank"));
  }

  private JobPlan.Place placeBeside(Path checkpoints) {
    return place(
        checkpoints,
        1,
        profileSetup.map(setup -> setup.jobOptions(settings.jobOptions())).orElse(Map.of()));
  }

  private JobPlan.Place place() {
    return place(work.folder("checkpoints"), settings.parallelism(), settings.jobOptions());
  }

  private JobPlan.Place place(Path checkpoints, int parallelism, Map<String, String> options) {
    return new JobPlan.Place(
        bootstrapServers(),
        registry(),
        modelServer(),
        modelRepository(),
        checkpoints,
        new CheckpointFolder(checkpoints).newest(),
        parallelism,
        options);
  }

  private void died(String reason) {
    if (ended.compareAndSet(false, true)) {
      onDeath.accept(failureLogs().keep(reason));
    }
  }

  private FailureLogs failureLogs() {
    return new FailureLogs(work.folder("log"), settings.cache().lastFailure());
  }

  @Override
  public String bootstrapServers() {
    return addresses.bootstrapServers();
  }

  @Override
  public URI registry() {
    return addresses.registry();
  }

  @Override
  public String modelServer() {
    return addresses.modelServer();
  }

  @Override
  public URI dashboard() {
    return addresses.dashboard();
  }

  @Override
  public Path modelRepository() {
    return settings.models();
  }

  @Override
  public JobStatus job() {
    return job.status();
  }

  @Override
  public Optional<JobStatus> profileJob() {
    return profiles.map(RunningJob::status);
  }

  @Override
  public Optional<JobStatus> rerankJob() {
    return rerank.map(RunningJob::status);
  }

  @Override
  public Map<String, Duration> processorTime() {
    return processorTimes.now();
  }

  /** May be called at any moment, also while {@link #start()} runs, and more than once. */
  @Override
  public void close() {
    ended.set(true);
    settings.cache().addresses().remove(addresses.pid());
    parts.close();
    work.close();
  }

  /**
   * For when {@link #close()} does not end: removes the work folder. The processes that were
   * started end with this one.
   */
  public void abandon() {
    work.close();
  }
}
