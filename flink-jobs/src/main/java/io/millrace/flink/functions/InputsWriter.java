package io.millrace.flink.functions;

import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.flink.inference.RecommendCall;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.Catalogue;
import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.Outcome;
import io.millrace.flink.lastmile.PastList;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.avro.OfferedItem;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.Reranking;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a list was made from, for a share of the lists. */
final class InputsWriter {
  private static final int HEX_DIGITS = 8;
  private static final double ALL = 1L << 32;

  private final LastMileSettings settings;
  private final Catalogue catalogue;

  InputsWriter(LastMileSettings settings, Catalogue catalogue) {
    this.settings = settings;
    this.catalogue = catalogue;
  }

  /** Whether a list's inputs are written: the id decides, so a replay agrees. */
  boolean isChosen(String recommendationId) {
    long number = Long.parseLong(recommendationId.substring(0, HEX_DIGITS), 16);
    return number < settings.inputsShare() * ALL;
  }

  RecommendationInput write(
      PendingList list,
      PendingList.Inputs inputs,
      Ladder.Choice choice,
      List<CompiledRule> inForce,
      @Nullable Reranking reranking,
      long now) {
    Outcome outcome = choice.outcome();
    List<CompiledRule> concerned =
        PastList.concerned(inForce, outcome.considered(), catalogue, now);
    List<CompiledRule> kept = concerned.subList(0, Math.min(PastList.MOST_RULES, concerned.size()));
    RecommendAnswer answer = list.answer;
    return new RecommendationInput(
        inputs.id(),
        list.user.userId,
        list.trigger.surface(),
        list.trigger.k(),
        Instant.ofEpochMilli(now),
        call(inputs),
        answer == null ? null : answer(answer),
        list.failure == null ? null : Ladder.name(list.failure),
        PastList.offered(outcome.lower()),
        kept.stream().map(CompiledRule::rule).toList(),
        concerned.size() - kept.size(),
        PastList.facts(kept, outcome.considered(), catalogue, now),
        settings.candidates(),
        reranking);
  }

  private ModelCall call(PendingList.Inputs inputs) {
    RecommendCall call = inputs.call();
    return new ModelCall(
        settings.model(),
        call.itemIds(),
        Ints.asList(call.eventTypes()),
        Floats.asList(call.ageSeconds()),
        call.excludeIds(),
        vector(inputs.vector()),
        call.keywords().texts(),
        Floats.asList(call.keywords().weights()),
        call.k(),
        call.popular().itemIds(),
        Floats.asList(call.popular().counts()),
        call.diversity());
  }

  private static @Nullable ByteBuffer vector(byte[] halves) {
    return halves.length == 0 ? null : ByteBuffer.wrap(halves);
  }

  private static ModelAnswer answer(RecommendAnswer answer) {
    List<OfferedItem> items = new ArrayList<>(answer.items().size());
    for (ScoredItem item : answer.items()) {
      items.add(new OfferedItem(item.itemId(), item.score(), item.source(), item.matchedKeyword()));
    }
    return new ModelAnswer(answer.modelVersion(), answer.rung(), answer.rungReason(), items);
  }

  /** The answer as the last mile takes it; empty without one. */
  static List<Candidate> candidates(@Nullable RecommendAnswer answer) {
    if (answer == null) {
      return List.of();
    }
    List<Candidate> candidates = new ArrayList<>(answer.items().size());
    for (ScoredItem item : answer.items()) {
      candidates.add(
          new Candidate(item.itemId(), item.score(), item.source(), item.matchedKeyword()));
    }
    return candidates;
  }
}
