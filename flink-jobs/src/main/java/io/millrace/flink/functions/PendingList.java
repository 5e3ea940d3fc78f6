package io.millrace.flink.functions;

import io.millrace.flink.features.PackedIds;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.ProfileClaim;
import io.millrace.flink.features.SequenceCut;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendCall;
import io.millrace.flink.inference.RecommendFailure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One list on its way: waiting to be called for, called for, answered; it leaves when it is
 * answered and all earlier ones of its user have left.
 */
final class PendingList {
  /** How far it is. */
  enum Stage {
    WAITING,
    CALLED,
    ANSWERED,
    /** Nobody wants it any more: the user was erased, or it is called for anew. */
    ABANDONED
  }

  /**
   * What the list was asked for with.
   *
   * @param profileVersion -1 without a profile
   * @param profileUpdatedAt when the profile was written, epoch milliseconds; 0 without one
   * @param claims of the profile; empty without one
   * @param vector of the profile, little-endian half-precision floats; empty without one
   * @param call what the model server is asked
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Inputs(
      String id,
      SequenceCut sequence,
      PackedIds exclude,
      long profileVersion,
      long profileUpdatedAt,
      List<ProfileClaim> claims,
      byte[] vector,
      RecommendCall call) {}

  final ActiveUser user;
  final PendingTrigger trigger;
  Stage stage = Stage.WAITING;
  @Nullable Inputs inputs;
  @Nullable CompletableFuture<RecommendAnswer> call;
  @Nullable RecommendAnswer answer;
  RecommendFailure.@Nullable Reason failure;
  long calledAtNanos;
  long answeredAtNanos;

  /** Processing time, epoch milliseconds, at which the call counts as unanswered. */
  long overdueAt;

  PendingList(ActiveUser user, PendingTrigger trigger) {
    this.user = user;
    this.trigger = trigger;
  }
}
