package io.millrace.standalone.evaluation;

/**
 * Ranking quality under full ranking: one relevant item among all items of the catalogue.
 *
 * @param evaluated targets
 * @param hitRateAt10 share of targets that were among the first 10
 * @param ndcgAt10 mean of 1 / log2(rank + 1) over targets, 0 for ranks below 10
 */
public record Quality(int evaluated, double hitRateAt10, double ndcgAt10) {}
