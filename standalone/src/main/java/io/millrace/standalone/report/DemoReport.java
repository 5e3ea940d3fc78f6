package io.millrace.standalone.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run of the demo found out, named and nested as in its JSON form.
 *
 * @param version of this form: 1
 * @param dataset what was replayed
 * @param command options that the run was started with
 * @param machine where it ran
 * @param events what went in
 * @param recommendations what came out
 * @param freshness from an event's intended publication to its list, read by another client
 * @param throughput lists a second, and what they cost
 * @param quality of the lists, beside counting
 * @param checkpoints of the job
 * @param models version by name
 * @param profiles that were written; absent when nobody wrote any
 * @param reranking of lists by a language model, for the next ones; absent without it
 * @param fresh models that were trained while events came; absent when none were
 */
@JsonPropertyOrder({
  "version",
  "dataset",
  "command",
  "machine",
  "events",
  "recommendations",
  "freshness_ms",
  "throughput",
  "quality",
  "checkpoints",
  "models",
  "profiles",
  "reranking",
  "fresh"
})
public record DemoReport(
    int version,
    String dataset,
    String command,
    Machine machine,
    Events events,
    Recommendations recommendations,
    @JsonProperty("freshness_ms") Freshness freshness,
    Throughput throughput,
    QualityTable quality,
    Checkpoints checkpoints,
    Map<String, String> models,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Profiles profiles,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Reranking reranking,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Fresh fresh) {
  /** The version of the form that this class writes. */
  public static final int VERSION = 1;

  /** Whether nothing was lost, nothing came twice, and every checkpoint went through. */
  public boolean isClean() {
    return recommendations.lost == 0 && recommendations.duplicated == 0 && checkpoints.failed == 0;
  }

  /**
   * The machine.
   *
   * @param cores that this process may use
   * @param memoryGb in GiB
   * @param java version of the runtime
   */
  public record Machine(int cores, @JsonProperty("memory_gb") double memoryGb, String java) {}

  /**
   * Events of the replay.
   *
   * @param published sent to Kafka
   * @param processed of these, seen to have been dealt with: a list, a dead letter or counted late
   * @param deadLettered refused by the job
   * @param late counted by the job as too old for their user's sequence
   * @param backfilled published before the replay to become state only
   * @param requests asked before the replay, one for each returning user
   * @param rehearsed played before the replay by other users
   * @param warmUpRequests asked before these, so that what was just started is compiled
   */
  public record Events(
      long published,
      long processed,
      @JsonProperty("dead_lettered") long deadLettered,
      long late,
      long backfilled,
      long requests,
      long rehearsed,
      @JsonProperty("warm_up_requests") long warmUpRequests) {}

  /**
   * Lists, counted by reading the output topic.
   *
   * @param expected one for each event of the replay and each request
   * @param emitted read
   * @param lost expected and not read
   * @param duplicated read more than once
   * @param byRung lists by rung of the degradation ladder; all four are there
   * @param byReason lists of lower rungs by the reason that they state
   */
  public record Recommendations(
      long expected,
      long emitted,
      long lost,
      long duplicated,
      @JsonProperty("by_rung") Map<String, Long> byRung,
      @JsonProperty("by_reason") Map<String, Long> byReason) {}

  /**
   * Latencies in milliseconds.
   *
   * @param p50 median
   * @param p95 95th percentile
   * @param p99 99th percentile
   * @param floorP99 broker round trip and raw inference, measured after the replay
   * @param roundTripP99 of that: the 99th percentile of the broker round trip
   * @param inferenceMean of that: the raw model alone, one row at a time
   */
  public record Freshness(
      double p50,
      double p95,
      double p99,
      @JsonProperty("floor_p99") double floorP99,
      @JsonProperty("round_trip_p99") double roundTripP99,
      @JsonProperty("inference_mean") double inferenceMean) {}

  /**
   * What the machine did.
   *
   * @param eventsPerSecond from the first event's sending to the last list's arrival
   * @param rawInferencePerSecond the same model called in process at its best batch size
   * @param ratio of the two
   * @param overheadCoreMicros core-microseconds per list of everything but the bare model
   * @param rawCoreMicros core-microseconds per list of the bare model
   * @param rawBatchSize the best batch size
   * @param overheadByPart the overhead by part, in core-microseconds per list
   */
  public record Throughput(
      @JsonProperty("events_per_s") double eventsPerSecond,
      @JsonProperty("raw_inference_per_s") double rawInferencePerSecond,
      double ratio,
      @JsonProperty("overhead_core_us") double overheadCoreMicros,
      @JsonProperty("raw_core_us") double rawCoreMicros,
      @JsonProperty("raw_batch_size") int rawBatchSize,
      @JsonProperty("overhead_by_part_core_us") Map<String, Double> overheadByPart) {}

  /**
   * Ranking quality over the whole catalogue.
   *
   * @param evaluated lists that were compared with what their user did next
   * @param hitRateAt10 share of these that held it among the first 10
   * @param ndcgAt10 the same, discounted by place
   * @param baselines counting on the same stream, by name
   */
  public record QualityTable(
      int evaluated,
      @JsonProperty("hit_rate_at_10") double hitRateAt10,
      @JsonProperty("ndcg_at_10") double ndcgAt10,
      Map<String, Figures> baselines) {}

  /** Both figures of a baseline, over the same targets. */
  public record Figures(
      @JsonProperty("hit_rate_at_10") double hitRateAt10,
      @JsonProperty("ndcg_at_10") double ndcgAt10) {}

  /**
   * Profiles, as they stood when the report was made.
   *
   * @param generated profiles that were written, every version counted
   * @param usersWaiting users of the stream with enough events who have none yet
   * @param claims in them
   * @param claimsRejected claims that the gate left out
   * @param tokens of the answers that they were written from
   * @param calls that were answered
   * @param replayedFromJournal calls that were not made, as the journal had their answers
   * @param unreadable refreshes given up because of their answers' form
   * @param waitMillis from the moment that a refresh is worth it to its profile: p50, p95, p99
   */
  public record Profiles(
      long generated,
      @JsonProperty("users_waiting") long usersWaiting,
      long claims,
      @JsonProperty("claims_rejected") long claimsRejected,
      long tokens,
      long calls,
      @JsonProperty("replayed_from_journal") long replayedFromJournal,
      long unreadable,
      @JsonProperty("wait_ms") Map<String, Double> waitMillis) {}

  /**
   * Lists that a language model looked over for their users' next ones, as it stood when the report
   * was made.
   *
   * @param listsTaken lists that it was to look over
   * @param lookedOver of these
   * @param leftOut of these, by reason: a newer list of the user came, it became too old, too few
   *     titles are known, an answer was of no use; those that wait are in neither
   * @param questions that were asked; a list has two
   * @param answered questions
   * @param failed questions, by reason; asked again, one may fail more than once
   * @param replayedFromJournal questions that were not asked, as the journal had their answers
   * @param tokens of all answers, as far as is known
   * @param listsWithASay lists of which it had found something earlier, by model and prompt
   * @param listsChanged of these, those whose items or their order are others for it
   * @param waitMillis from a list's leaving to its being looked over: p50, p95, p99
   */
  public record Reranking(
      @JsonProperty("lists_taken") long listsTaken,
      @JsonProperty("looked_over") long lookedOver,
      @JsonProperty("left_out") Map<String, Long> leftOut,
      long questions,
      long answered,
      Map<String, Long> failed,
      @JsonProperty("replayed_from_journal") long replayedFromJournal,
      long tokens,
      @JsonProperty("lists_with_a_say") Map<String, Long> listsWithASay,
      @JsonProperty("lists_changed") long listsChanged,
      @JsonProperty("wait_ms") Map<String, Double> waitMillis) {}

  /**
   * Training beside the stream.
   *
   * @param everyEvents new events after which a round began, or as soon as the one before was over
   * @param rounds that had something to learn
   * @param published versions that they gave
   * @param refused rounds whose version would have been worse
   * @param failed rounds that an error ended
   * @param roundSeconds shortest, mean and longest round that published: {@code least}, {@code
   *     mean}, {@code most}
   * @param listsByVersion lists that name each version, the oldest first
   */
  public record Fresh(
      @JsonProperty("every_events") int everyEvents,
      long rounds,
      long published,
      long refused,
      long failed,
      @JsonProperty("round_s") Map<String, Double> roundSeconds,
      @JsonProperty("lists_by_version") Map<String, Long> listsByVersion) {}

  /** Checkpoints of the job since its start. */
  public record Checkpoints(long completed, long failed) {}
}
