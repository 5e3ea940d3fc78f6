package io.millrace.standalone.profiles;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.profiles.WrittenProfile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums over users, and the report that they make. */
final class ClaimTotals {
  private final Map<String, Integer> rejected = new TreeMap<>();
  private int users;
  private int usersWithClaims;
  private int calls;
  private int promptTokens;
  private int completionTokens;

  void add(List<ChatAnswer> answers, WrittenProfile written) {
    users++;
    usersWithClaims += written.cited().isEmpty() ? 0 : 1;
    calls += answers.size();
    promptTokens += answers.stream().mapToInt(ChatAnswer::promptTokens).sum();
    completionTokens += answers.stream().mapToInt(ChatAnswer::completionTokens).sum();
    written.rejected().forEach((why, count) -> rejected.merge(why.name(), count, Integer::sum));
  }

  ClaimReport report(
      String prompt,
      String model,
      int evidence,
      List<LabelledClaim> claims,
      List<RefreshCost> costs) {
    List<LabelledClaim> kept = claims.stream().filter(LabelledClaim::kept).toList();
    return new ClaimReport(
        prompt,
        model,
        users,
        usersWithClaims,
        evidence,
        ClaimShares.of(claims, LabelledClaim::label),
        ClaimShares.of(kept, LabelledClaim::label),
        ClaimShares.of(
            kept.stream().filter(LabelledClaim::interest).toList(), LabelledClaim::label),
        ClaimShares.of(
            kept.stream().filter(claim -> !claim.interest()).toList(), LabelledClaim::label),
        ClaimShares.of(kept, LabelledClaim::laterLabel),
        rejected,
        calls,
        promptTokens,
        completionTokens,
        costs);
  }
}
