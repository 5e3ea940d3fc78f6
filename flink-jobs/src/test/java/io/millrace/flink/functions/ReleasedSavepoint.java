package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.profile;
import static io.millrace.flink.functions.Inputs.request;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;

import io.millrace.flink.lastmile.Rules;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/** A savepoint of the operator as a release wrote it, with users in every state there is. */
final class ReleasedSavepoint {
  /** Releases whose savepoints must still be read; the last one is what the code writes now. */
  static final int[] VERSIONS = {1, 2, 3};

  private ReleasedSavepoint() {}

  static String name(int version) {
    return "savepoint-v" + version + ".bin";
  }

  /** What this code makes of the users today. */
  static OperatorSubtaskState now() throws Exception {
    FakeRecommender recommender = new FakeRecommender();
    UserHarness harness = UserHarness.startInRocksDb(settings(), recommender, 1, 0);
    harness.process(profile("u", 3, UserHarness.START));
    harness.process(view("u", "a", 1));
    recommender.take(0).answer();
    harness.runMails();
    // Of another surface than any list here, so that lists are those of the first version.
    Rule.Builder rule = Rules.rule("r", RuleAction.EXCLUDE, Rules.items("x")).setSurface("other");
    harness.process(new SharedInput.RuleChanged("r", rule.build()));
    harness.process(new SharedInput.ItemChanged("x", Rules.of("Drama")));
    Rule own = rule.setRuleId("u/r").setUserId("u").build();
    harness.process(new UserInput.Ruled("u", "u/r", own, Inputs.arrived(UserHarness.START)));
    harness.process(Inputs.reranked("u", "list-1", 1, new RerankScore("after-b-2-2", 2f)));
    // In flight.
    harness.process(view("u", "b", 2));
    // Waits for an event that has not come.
    harness.process(request("w", "r", null, 5000, "w:z", UserHarness.START));
    OperatorSubtaskState savepoint = harness.savepoint();
    harness.crash();
    return savepoint;
  }

  /**
   * Writes the newest version's, unless it is there.
   *
   * @param args the folder {@code src/test/resources/io/millrace/flink/functions}
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0], name(VERSIONS[VERSIONS.length - 1]));
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      OperatorSnapshotUtil.writeStateHandle(now(), file.toString());
    }
  }
}
