package io.millrace.standalone.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.topics.RecordPublisher;
import io.millrace.standalone.cli.topics.RegistryForTests;
import io.millrace.standalone.platform.BrokerForTests;
import io.millrace.standalone.rules.Rules;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real broker whose catalogue has four films. */
@Timeout(240)
final class RuleCommandITCase {
  private static @Nullable BrokerForTests runningBroker;
  private static @Nullable RegistryForTests runningRegistry;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    runningRegistry = new RegistryForTests();
    runningBroker = new BrokerForTests(folder);
    runningBroker.create(List.of(Topics.RULES.name(), Topics.ITEMS.name()));
    try (SchemaRegistry schemas = schemas();
        RecordPublisher publisher = new RecordPublisher(client(), schemas)) {
      for (Item film : Rules.films()) {
        publisher.send(Topics.ITEMS, film.getItemId(), film);
      }
      publisher.flush();
    }
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
  void aRuleIsPutListedReplacedAndRemoved() {
    assertThat(run("put", "--id", "mine", "--action", "exclude", "--attribute", "genre=Horror"))
        .as(err::toString)
        .isZero();
    assertThat(out.toString())
        .contains("  exclude genre=Horror; matches 2 of 4 items\n")
        .endsWith("1 rule published to rules\n");
    assertThat(err.toString()).isEmpty();

    assertThat(run("put", "--id", "mine", "--at-most", "2", "--item", "a", "--item", "c")).isZero();
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("mine\n  at most 2 of items a|c; matches 2 of 4 items\n");
    assertThat(kept("mine")).isNotNull();

    assertThat(run("remove", "--id", "mine")).isZero();
    assertThat(out.toString()).isEqualTo("rule mine removed\n");
    assertThat(kept("mine")).isNull();
    assertThat(run("remove", "--id", "mine")).isEqualTo(CommandErrors.FAILED);
    assertThat(err.toString()).startsWith("millrace: there is no rule mine;").hasLineCount(1);
  }

  @Test
  void aUsersRuleHasTheUserInItsId() {
    assertThat(run("put", "--user", "u", "--id", "no", "--action", "exclude", "--item", "a"))
        .isZero();

    Rule rule = kept("u/no");
    assertThat(rule).isNotNull();
    assertThat(rule.getUserId()).isEqualTo("u");
    assertThat(rule.getAction()).isEqualTo(RuleAction.EXCLUDE);
    assertThat(run("remove", "--user", "u", "--id", "no")).isZero();
    assertThat(kept("u/no")).isNull();
  }

  @Test
  void whatTheJobWouldRefuseIsNotPublished() {
    assertThat(run("put", "--id", "bad", "--action", "boost", "--item", "a", "--factor", "0.5"))
        .isEqualTo(CommandErrors.FAILED);

    assertThat(err.toString())
        .startsWith("error: bad: factor is 0.5")
        .contains("millrace: nothing is published")
        .hasLineCount(2);
    assertThat(kept("bad")).isNull();
  }

  @Test
  void whatWasLikelyNotMeantIsWarnedOf() {
    assertThat(run("check", "--id", "typo", "--action", "exclude", "--attribute", "genre=horror"))
        .isZero();
    assertThat(out.toString())
        .contains("did you mean Horror?")
        .endsWith("1 rule checked: 0 errors, 2 warnings\n");
    assertThat(kept("typo")).isNull();

    assertThat(run("put", "--id", "typo", "--action", "exclude", "--attribute", "genre=horror"))
        .isZero();
    assertThat(err.toString()).startsWith("warning: typo: ");
    assertThat(run("remove", "--id", "typo")).isZero();
  }

  @Test
  void rulesOfAFileAreHeldAgainstEachOtherAndPutTogether(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("rules.json");
    Files.writeString(
        file,
        """
        [{"ruleId": "f-one", "action": "pin", "position": 1, "match": {"itemIds": ["a"]}},
         {"ruleId": "f-two", "action": "pin", "position": 1, "match": {"itemIds": ["b"]}}]
        """);

    assertThat(run("put", "--file", file.toString())).isZero();

    assertThat(out.toString()).endsWith("2 rules published to rules\n");
    assertThat(err.toString())
        .startsWith("warning: f-two: position is 1, which rule f-one pins, too")
        .hasLineCount(1);
    assertThat(run("check")).isZero();
    assertThat(out.toString()).contains("position is 1, which rule", "0 errors, 1 warning");

    assertThat(run("list", "--json")).isZero();
    Files.writeString(file, out.toString());
    assertThat(run("put", "--file", file.toString())).isZero();
    assertThat(run("remove", "--id", "f-one")).isZero();
    assertThat(run("remove", "--id", "f-two")).isZero();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("rule"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--bootstrap-servers", kafka(), "--registry", registry()));
    return Millrace.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(new String[0]));
  }

  private static @Nullable Rule kept(String id) {
    try (SchemaRegistry schemas = schemas()) {
      return new RuleTopics(client(), schemas).rules().get(id);
    }
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
