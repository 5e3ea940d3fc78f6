package io.millrace.standalone.explain;

import io.millrace.flink.lastmile.Outcome;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a list came about, and whether it does again.
 *
 * @param list the record; null when it is gone
 * @param input what it was made from
 * @param kept the last mile over the answer that was kept
 * @param reply the model server's answer now; null when it was not asked, or gave none
 * @param again the last mile over that answer; null without one
 * @param verdict whether the same list comes out
 * @param reasons why not, or why it cannot be told; empty for the same list
 */
public record Explanation(
    @Nullable Recommendation list,
    RecommendationInput input,
    Outcome kept,
    @Nullable ModelReply reply,
    @Nullable Outcome again,
    Verdict verdict,
    List<String> reasons) {}
