package io.millrace.standalone.cli;

import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.platform.Platform;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Keeps the whole system running for one's own events. */
@Command(
    name = "serve",
    description = {
      "Starts broker, schema registry, model server and Flink with the recommendation job, and keeps"
          + " them up until Ctrl-C.",
      "Each part can be replaced by one that runs elsewhere: give its address.",
      "A new version that is published into the folder of --models is served from then on."
    })
final class ServeCommand implements Callable<Integer> {
  @Mixin private PlatformOptions platform = new PlatformOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (PlatformSession session =
        PlatformSession.start(
            platform, Map.of(), (given, work) -> given.findingVersions(), out, err)) {
      Platform running = session.platform();
      out.printf("%nKafka            %s%n", running.bootstrapServers());
      out.printf("schema registry  %s%n", running.registry());
      out.printf("model server     %s%n", running.modelServer());
      out.printf("Flink dashboard  %s%n", running.dashboard());
      out.printf(
          "%nPublish with ./millrace publish, watch with ./millrace tail, stop with Ctrl-C.%n");
      out.flush();
      session.awaitStop();
      return 0;
    }
  }
}
