package io.millrace.standalone.profiles;

import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.profiles.AspectPrompt;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.standalone.data.MovieLens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a language model once which aspects of a catalogue's items people's taste depends on. */
@Command(
    name = "find-aspects",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    description =
        "Shows a language model some items and asks what people's taste depends on: the aspects for"
            + " the option millrace.profile.aspects, joined by ';'.")
@SuppressWarnings("NullAway.Init")
public final class FindAspects implements Callable<Integer> {
  @Option(names = "--data", required = true, description = "Folder of ml-100k.")
  private Path data;

  @Option(names = "--domain", description = "What the items are. Default: ${DEFAULT-VALUE}.")
  private String domain = "films";

  @Option(names = "--seed", description = "Decides the items shown. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Mixin private EndpointOptions endpoint;

  @Spec private CommandSpec spec;

  /** Runs as a command of its own. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FindAspects()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<ItemCard> items =
        new ArrayList<>(new EvidenceOfUser(MovieLens.read(data).catalogue()).cards());
    Collections.shuffle(items, new Random(seed));
    AspectPrompt prompt = new AspectPrompt();
    try (LanguageModel model = endpoint.open()) {
      String answer = model.ask(prompt.question(domain, items)).join().text();
      spec.commandLine().getOut().println(String.join(";", prompt.read(answer)));
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
