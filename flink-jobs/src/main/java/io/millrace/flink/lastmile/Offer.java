package io.millrace.flink.lastmile;

import java.util.Collection;
import java.util.List;

/**
 * What a list can be made of.
 *
 * @param served the model server's answer, best first; empty when none came
 * @param lower what the lower rungs have, best first, without what the user has seen; asked only
 *     where the answer is not enough
 * @param unwanted items that the user has seen or the caller excludes; no rule brings them back
 * @param k items wanted, at least 1
 */
public record Offer(
    List<Candidate> served, Iterable<Candidate> lower, Collection<String> unwanted, int k) {}
