package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.lastmile.RuleCheck;
import io.millrace.flink.lastmile.RuleIds;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.SharedInput.RuleChanged;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.Rule;
import java.time.Duration;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Lets in rules. Those about everybody's lists are the output, those of one user go to {@link
 * #OF_USERS}; a tombstone removes the rule that it is keyed by.
 */
public final class AdmitRules extends Admission<Rule, SharedInput> {
  /** Rules of one user, on their way to the user's state. */
  public static final OutputTag<UserInput> OF_USERS =
      new OutputTag<>("rules-of-users", RecordTypes.USER_INPUT);

  private static final long serialVersionUID = 1L;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitRules(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(Rule value, long published, InputRules rules) {
    Refusal refusal = RuleCheck.check(value);
    return refusal == null
        ? rules.checkTime("updatedAt", value.getUpdatedAt(), published)
        : refusal;
  }

  @Override
  SharedInput input(Rule value, Arrival arrival) {
    return new RuleChanged(value.getRuleId(), value);
  }

  @Override
  SharedInput removal(String key, Arrival arrival) {
    return new RuleChanged(key, null);
  }

  @Override
  void handOn(SharedInput input, Arrival arrival, Context context, Collector<SharedInput> out) {
    String userId = input instanceof RuleChanged changed ? RuleIds.userOf(changed.ruleId()) : null;
    if (userId != null && input instanceof RuleChanged changed) {
      context.output(
          OF_USERS, new UserInput.Ruled(userId, changed.ruleId(), changed.rule(), arrival));
    } else {
      out.collect(input);
    }
  }
}
