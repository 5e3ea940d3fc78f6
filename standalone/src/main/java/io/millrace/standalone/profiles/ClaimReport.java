package io.millrace.standalone.profiles;

import java.util.List;
import java.util.Map;

/**
 * What was measured.
 *
 * @param prompt its name and version
 * @param model as the endpoint names it
 * @param users who were written about
 * @param usersWithClaims of them, those of whom a claim passed the gate
 * @param evidence events of a user that were kept at most
 * @param beforeGate distinct claims that the model made
 * @param afterGate those that passed
 * @param interestsAfterGate of those, interests
 * @param dislikesAfterGate of those, dislikes
 * @param afterGateByLaterRatings the same claims, labelled by ratings alone that came afterwards
 * @param rejected dropped claims by reason, repeated ones among them
 * @param calls questions
 * @param promptTokens of all questions
 * @param completionTokens of all answers
 * @param tokensByEvents how much a refresh costs as a history grows
 */
record ClaimReport(
    String prompt,
    String model,
    int users,
    int usersWithClaims,
    int evidence,
    ClaimShares beforeGate,
    ClaimShares afterGate,
    ClaimShares interestsAfterGate,
    ClaimShares dislikesAfterGate,
    ClaimShares afterGateByLaterRatings,
    Map<String, Integer> rejected,
    int calls,
    int promptTokens,
    int completionTokens,
    List<RefreshCost> tokensByEvents) {}
