package io.millrace.standalone.cli.topics;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.HelpOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a topic's records as they arrive. */
@Command(
    name = "tail",
    description = {
      "Prints recommendations, or another topic's records, as they arrive, one a line.",
      "Items are shown by title where the items topic has one. Ctrl-C ends it."
    })
public final class TailCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(250);

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = "recommendations",
      description = "Which topic (default: ${DEFAULT-VALUE}).")
  private String topicName = "recommendations";

  @Option(names = "--user", paramLabel = "ID", description = "Only this user's records.")
  private @Nullable String user;

  @Option(names = "--json", description = "Print whole records as JSON.")
  private boolean json;

  @Option(
      names = "--from-beginning",
      description = "Begin with the oldest record that is kept (default: with the next one).")
  private boolean fromBeginning;

  @Option(names = "--count", paramLabel = "N", description = "End after this many records.")
  private long count = Long.MAX_VALUE;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Map<String, String> titles = new HashMap<>();

  @Override
  public Integer call() {
    Topic<? extends SpecificRecord> topic = topic();
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--count " + count + ": at least 1");
    }
    Map<String, Object> kafka = connection.kafka();
    try (SchemaRegistry schemas = connection.schemas()) {
      boolean lists = topic.valueType() == Recommendation.class && !json;
      if (lists) {
        readTitles(kafka, schemas);
      }
      try (TopicReader<?> reader = new TopicReader<>(kafka, schemas, topic)) {
        if (fromBeginning) {
          reader.seekToBeginning();
        }
        print(reader);
      }
    }
    return 0;
  }

  private Topic<? extends SpecificRecord> topic() {
    return Topics.all().stream()
        .filter(known -> known.name().equals(topicName))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--topic "
                        + topicName
                        + " is unknown; there are "
                        + Topics.all().stream().map(Topic::name).toList()));
  }

  private void readTitles(Map<String, Object> kafka, SchemaRegistry schemas) {
    try (TopicReader<Item> items = new TopicReader<>(kafka, schemas, Topics.ITEMS)) {
      items.seekToBeginning();
      while (!items.isAtEnd()) {
        items.poll(POLL, (record, item) -> titles.put(item.getItemId(), item.getTitle()));
      }
    } catch (CommandException e) {
      // A system without a catalogue: ids are shown instead.
    }
  }

  private <V extends SpecificRecord> void print(TopicReader<V> reader) {
    PrintWriter out = spec.commandLine().getOut();
    RecordLines lines = new RecordLines(titles, ZoneId.systemDefault());
    long[] left = {count};
    while (left[0] > 0 && !out.checkError()) {
      reader.poll(
          POLL,
          (record, value) -> {
            if (left[0] > 0 && wanted(record)) {
              out.println(json ? value.toString() : lines.line(record.timestamp(), value));
              left[0]--;
            }
          });
    }
  }

  private boolean wanted(ConsumerRecord<String, byte[]> record) {
    return user == null || user.equals(record.key());
  }
}
