package io.millrace.standalone.explain;

import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.Outcome;
import io.millrace.flink.lastmile.PastList;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes past lists again. The model server is asked the same as then, of the same version, and the
 * job's own last mile is gone through again; where no server answered then, none is asked now, and
 * the list is made from what the lower rungs offered.
 */
public final class Explainer {
  private final ModelServer server;

  /** Asks that server. */
  public Explainer(ModelServer server) {
    this.server = server;
  }

  /**
   * Makes a list again.
   *
   * @param list the record; null when it is gone, and the list then is what the kept answer gives
   */
  public Explanation explain(@Nullable Recommendation list, RecommendationInput input) {
    Outcome kept = PastList.again(input, PastList.served(input));
    List<Candidate> listed = list == null ? kept.items() : ListDifference.of(list.getItems());
    List<String> lastMile = ListDifference.between(listed, kept.items());
    ModelAnswer answer = input.getAnswer();
    if (answer == null) {
      return new Explanation(list, input, kept, null, null, verdict(lastMile), lastMile);
    }
    ModelReply reply;
    try {
      reply = server.ask(input.getCall(), answer.getModelVersion());
    } catch (NotAnsweredException e) {
      List<String> reasons = new ArrayList<>(lastMile);
      reasons.add(e.getMessage() == null ? "no answer" : e.getMessage());
      Verdict verdict = lastMile.isEmpty() ? Verdict.UNKNOWN : Verdict.DIFFERENT;
      return new Explanation(list, input, kept, null, null, verdict, reasons);
    }
    Outcome again = PastList.again(input, reply.items());
    List<String> differences = ListDifference.between(listed, again.items());
    Verdict verdict = verdict(differences);
    String rung = answer.getRung().name();
    if (verdict == Verdict.DIFFERENT && lastMile.isEmpty() && !rung.equals(reply.rung())) {
      return new Explanation(
          list,
          input,
          kept,
          reply,
          again,
          Verdict.UNKNOWN,
          List.of(otherRung(rung, answer.getRungReason(), reply)));
    }
    return new Explanation(list, input, kept, reply, again, verdict, differences);
  }

  private static Verdict verdict(List<String> differences) {
    return differences.isEmpty() ? Verdict.SAME : Verdict.DIFFERENT;
  }

  private static String otherRung(String rung, @Nullable String reason, ModelReply reply) {
    return "the model server's answer was "
        + rung
        + (reason == null ? "" : " (" + reason + ")")
        + " then and is "
        + reply.rung()
        + (reply.rungReason().isEmpty() ? "" : " (" + reply.rungReason() + ")")
        + " now: how far it gets depends on the time it has";
  }
}
