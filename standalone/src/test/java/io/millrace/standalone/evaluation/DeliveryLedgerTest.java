package io.millrace.standalone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.StageTimes;
import io.millrace.schemas.avro.Trigger;
import io.millrace.schemas.avro.TriggerKind;
import io.millrace.standalone.evaluation.DeliveryLedger.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryLedgerTest {
  private final DeliveryLedger ledger =
      new DeliveryLedger(
          new Triggers(
              Plans.of(
                  List.of("ann:a", "ann:b", "ann:c", "ann:d", "ann:e", "ann:f", "ann:g", "ann:h"),
                  List.of("ann:x", "ann:y")),
              0));

  /** The request is trigger 2, the events, rows 9 and 10, are triggers 0 and 1. */
  @BeforeEach
  void publish() {
    ledger.published(2, 500);
    ledger.published(0, 1_000);
    ledger.published(1, 2_000);
  }

  @Test
  void everythingPublishedIsExpectedAndLostUntilItArrives() {
    assertThat(ledger.delivery()).isEqualTo(new Delivery(3, 0, 3, 0, Map.of(), Map.of()));
  }

  @Test
  void listsAreMatchedByTriggerInAnyOrder() throws InterruptedException {
    Receipt second = ledger.received(list("ml100k-10", "r2", Rung.RETRIEVED, null), 2_700);
    Receipt first = ledger.received(list("ml100k-9", "r1", Rung.POPULAR, "deadline"), 3_000);
    ledger.received(request("r0"), 3_100);

    assertThat(second).isEqualTo(new Receipt(1, 700, true));
    assertThat(first).isEqualTo(new Receipt(0, 2_000, true));
    assertThat(ledger.freshnessNanos()).as("events only").containsExactly(2_000, 700);
    assertThat(ledger.delivery())
        .isEqualTo(
            new Delivery(
                3, 3, 0, 0, Map.of(Rung.RETRIEVED, 2L, Rung.POPULAR, 1L), Map.of("deadline", 1L)));
    assertThat(ledger.lastListNanos()).isEqualTo(3_100);
    assertThat(ledger.modelVersions()).containsExactly("7");
    assertThat(ledger.awaitAll(Duration.ofDays(1))).isTrue();
  }

  @Test
  void theSameListTwiceIsOneDuplicate() {
    ledger.received(list("ml100k-9", "r1", Rung.RETRIEVED, null), 3_000);
    Receipt again = ledger.received(list("ml100k-9", "r1", Rung.POPULAR, "deadline"), 4_000);

    assertThat(again.first()).isFalse();
    assertThat(ledger.delivery())
        .isEqualTo(new Delivery(3, 2, 2, 1, Map.of(Rung.RETRIEVED, 1L), Map.of()));
    assertThat(ledger.freshnessNanos()).containsExactly(2_000);
  }

  @Test
  void aTriggerWithTwoIdsAndAnIdWithTwoTriggersAreDuplicatesToo() {
    ledger.received(list("ml100k-9", "r1", Rung.RETRIEVED, null), 3_000);
    ledger.received(list("ml100k-9", "other", Rung.RETRIEVED, null), 3_000);
    ledger.received(list("ml100k-10", "r1", Rung.RETRIEVED, null), 3_000);

    assertThat(ledger.delivery().duplicated()).isEqualTo(2);
    assertThat(ledger.delivery().lost()).isEqualTo(2);
  }

  @Test
  void somebodyElsesListsDoNotCount() {
    Receipt receipt = ledger.received(list("another-event", "r9", Rung.RETRIEVED, null), 3_000);

    assertThat(receipt).isEqualTo(new Receipt(Triggers.NONE, 0, false));
    assertThat(ledger.delivery().emitted()).isZero();
  }

  @Test
  void waitingEndsWhenNothingArrivesAnyMore() throws InterruptedException {
    assertThat(ledger.awaitAll(Duration.ZERO)).isFalse();
  }

  private static Recommendation request(String id) {
    return recommendation(
        new Trigger(TriggerKind.REQUEST, "demo-start-ann"), id, Rung.RETRIEVED, null);
  }

  private static Recommendation list(
      String eventId, String id, Rung rung, @Nullable String reason) {
    return recommendation(new Trigger(TriggerKind.EVENT, eventId), id, rung, reason);
  }

  private static Recommendation recommendation(
      Trigger trigger, String id, Rung rung, @Nullable String reason) {
    return Recommendation.newBuilder()
        .setRecommendationId(id)
        .setUserId("ann")
        .setTrigger(trigger)
        .setItems(List.of())
        .setRung(rung)
        .setRungReason(reason)
        .setVersions(Map.of("recommender", "7"))
        .setInputDigest("")
        .setCreatedAt(Instant.EPOCH)
        .setStages(new StageTimes(null, null, null, null, null, null))
        .build();
  }
}
