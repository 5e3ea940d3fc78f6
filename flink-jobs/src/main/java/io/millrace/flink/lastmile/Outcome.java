package io.millrace.flink.lastmile;

import io.millrace.schemas.avro.AppliedRule;
import java.util.List;

/**
 * A list after the last mile.
 *
 * @param items at most k, best first
 * @param fromServer how many of them the model server's answer had
 * @param applied what changed the list: the catalogue, then rules in their order
 * @param lower what the lower rungs were asked for, and nobody kept out; empty when not needed
 * @param considered all candidates: the answer, what lower rungs and PIN rules added
 */
public record Outcome(
    List<Candidate> items,
    int fromServer,
    List<AppliedRule> applied,
    List<Candidate> lower,
    List<Candidate> considered) {}
