package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An Apicurio registry as a child process, its schemas in a database file.
 *
 * <p>Every registration is in the file before it is answered, so a registry that was killed comes
 * back with the ids that it gave out, and can simply be started again.
 */
final class EmbeddedRegistry implements StartSequence.Part {
  private static final String API_PATH = "/apis/ccompat/v7";
  private static final Pattern READY = Pattern.compile("Listening on: http://(\\S+:\\d+)");
  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final SupervisedChild child;
  private final URI api;

  private EmbeddedRegistry(SupervisedChild child, URI api) {
    this.child = child;
    this.api = api;
  }

  static EmbeddedRegistry launch(
      Installation installation, WorkFolder work, int port, StartProgress progress) {
    return new EmbeddedRegistry(
        SupervisedChild.start(spec(installation, work, port), progress), api(port));
  }

  private static ChildSpec spec(Installation installation, WorkFolder work, int port) {
    Path database = work.folder("registry").resolve("schemas");
    List<String> arguments =
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx192m",
            "-Djava.io.tmpdir=" + work.folder("tmp"),
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + port,
            "-Dquarkus.vertx.event-loops-pool-size=1",
            "-Dquarkus.log.console.format=%d{HH:mm:ss.SSS} %-5p %c{2.} %m%n",
            "-Dquarkus.log.level=WARN",
            "-Dquarkus.log.category.\"io.quarkus\".level=INFO",
            // Without a write delay a commit is with the operating system before its answer goes
            // out. With H2's default of half a second, ids given out just before a kill -9 would be
            // given to other schemas after the restart.
            "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + database + ";WRITE_DELAY=0",
            "-Dquarkus.datasource.jdbc.min-size=1",
            "-Dquarkus.datasource.jdbc.initial-size=1",
            "-Dquarkus.datasource.jdbc.max-size=8",
            // The first connection opens the database and, after a kill, repairs it. On a busy
            // machine that takes longer than the default of 5 s, after which the registry gives up.
            "-Dquarkus.datasource.jdbc.acquisition-timeout=" + START_LIMIT.toSeconds() + "S",
            "-cp",
            Installation.classPath(installation.registryJar()),
            ChildLifeline.class.getName(),
            "io.quarkus.runner.GeneratedMain");
    return new ChildSpec(
        "schema registry",
        JavaCommand.write(work.folder("tmp").resolve("registry.args"), arguments),
        Map.of(),
        work.folder("log").resolve("registry.log"),
        READY,
        START_LIMIT,
        STOP_LIMIT);
  }

  @Override
  public String start() throws InterruptedException {
    child.awaitReady();
    return api.toString();
  }

  /** Base of the common API of a registry on a local port. */
  static URI api(int port) {
    return URI.create("http://127.0.0.1:" + port + API_PATH);
  }

  SupervisedChild child() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }
}
