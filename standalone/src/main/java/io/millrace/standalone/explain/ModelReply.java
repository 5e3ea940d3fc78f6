package io.millrace.standalone.explain;

import io.millrace.flink.lastmile.Candidate;
import java.util.List;

/**
 * What a model server answers to a call of the past.
 *
 * @param modelVersion that answered
 * @param rung RANKED or RETRIEVED
 * @param rungReason why no ranker ordered it; empty without a reason
 * @param items best first
 * @param candidates all that it chose from; empty where its model does not tell
 */
public record ModelReply(
    String modelVersion,
    String rung,
    String rungReason,
    List<Candidate> items,
    List<ScoredCandidate> candidates) {}
