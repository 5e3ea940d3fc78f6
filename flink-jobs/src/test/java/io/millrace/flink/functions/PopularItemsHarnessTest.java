package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.records.ItemCount;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.TopItemsOfPart;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class PopularItemsHarnessTest {
  private static final PopularSettings SETTINGS =
      new PopularSettings(
          Set.of(InteractionType.VIEW), Duration.ofDays(1), 2, Duration.ofSeconds(1), 20);

  @Test
  void eventsAreCountedPerPeriodAndItem() throws Exception {
    try (OneInputStreamOperatorTestHarness<UserInput, ItemCount> harness =
        new OneInputStreamOperatorTestHarness<>(new CountItems(SETTINGS))) {
      harness.open();
      harness.processElement(new StreamRecord<>(Inputs.view("u", "a", 1)));
      harness.processElement(new StreamRecord<>(Inputs.view("v", "a", 1)));
      harness.processElement(
          new StreamRecord<>(Inputs.event("u", "s", "b", InteractionType.SKIP, 1)));
      harness.processElement(new StreamRecord<>(Inputs.erase("u", 0)));
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.setProcessingTime(1000);

      assertThat(harness.extractOutputValues())
          .containsExactly(new ItemCount("a", 2, Inputs.second(1)));
      assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isZero();
    }
  }

  @Test
  void countsLeaveBeforeABarrierAndAtTheEnd() throws Exception {
    try (OneInputStreamOperatorTestHarness<UserInput, ItemCount> harness =
        new OneInputStreamOperatorTestHarness<>(new CountItems(SETTINGS))) {
      harness.open();
      harness.processElement(new StreamRecord<>(Inputs.view("u", "a", 1)));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues()).hasSize(1);
      harness.processElement(new StreamRecord<>(Inputs.view("u", "b", 1)));
      harness.endInput();
      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  @Test
  void theTopOfAPartIsReportedOncePerPeriodAndOnlyWhenSomethingCame() throws Exception {
    try (KeyedOneInputStreamOperatorTestHarness<String, ItemCount, TopItemsOfPart> harness =
        topItems()) {
      harness.open();
      harness.processElement(new StreamRecord<>(new ItemCount("a", 1, 0)));
      harness.processElement(new StreamRecord<>(new ItemCount("b", 3, 0)));
      harness.processElement(new StreamRecord<>(new ItemCount("c", 2, 0)));
      harness.setProcessingTime(1000);
      harness.setProcessingTime(9000);

      assertThat(harness.extractOutputValues())
          .containsExactly(
              new TopItemsOfPart(0, List.of(new ItemCount("b", 3, 0), new ItemCount("c", 2, 0))));
      assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isZero();
    }
  }

  @Test
  void countsSurviveARestartAndAreReportedAgain() throws Exception {
    OperatorSubtaskState snapshot;
    try (KeyedOneInputStreamOperatorTestHarness<String, ItemCount, TopItemsOfPart> harness =
        topItems()) {
      harness.open();
      harness.processElement(new StreamRecord<>(new ItemCount("a", 1, 0)));
      snapshot = harness.snapshot(1, 1);
    }
    try (KeyedOneInputStreamOperatorTestHarness<String, ItemCount, TopItemsOfPart> harness =
        topItems()) {
      harness.initializeState(snapshot);
      harness.open();
      harness.processElement(new StreamRecord<>(new ItemCount("a", 1, 0)));
      harness.setProcessingTime(1000);
      assertThat(harness.extractOutputValues())
          .containsExactly(new TopItemsOfPart(0, List.of(new ItemCount("a", 2, 0))));
    }
  }

  @Test
  void theLeastPopularItemsAreForgottenBeyondTheBound() throws Exception {
    try (KeyedOneInputStreamOperatorTestHarness<String, ItemCount, TopItemsOfPart> harness =
        topItems()) {
      harness.open();
      for (int i = 0; i < 1000; i++) {
        harness.processElement(new StreamRecord<>(new ItemCount("i" + i, 1 + i, 0)));
      }
      assertThat(harness.numKeyedStateEntries()).isBetween(20, 22);
      harness.setProcessingTime(1000);
      assertThat(harness.extractOutputValues().get(0).items().get(0).itemId()).isEqualTo("i999");
    }
  }

  @Test
  void partsAreMergedAndSentOnlyWhenTheOrderChanges() throws Exception {
    try (OneInputStreamOperatorTestHarness<TopItemsOfPart, PopularNow> harness =
        new OneInputStreamOperatorTestHarness<>(new MergePopular(SETTINGS))) {
      harness.open();
      report(harness, 0, new ItemCount("a", 3, 0));
      report(harness, 1, new ItemCount("b", 4, 0), new ItemCount("c", 1, 0));
      harness.setProcessingTime(1000);
      report(harness, 0, new ItemCount("a", 3.5, 0));
      harness.setProcessingTime(2000);
      report(harness, 0, new ItemCount("a", 8, 0));
      harness.setProcessingTime(3000);

      assertThat(harness.extractOutputValues())
          .containsExactly(
              new PopularNow(
                  List.of(new PopularNow.Item("b", 1f), new PopularNow.Item("a", .75f)), 4),
              new PopularNow(
                  List.of(new PopularNow.Item("a", 1f), new PopularNow.Item("b", .5f)), 8));
    }
  }

  private static void report(
      OneInputStreamOperatorTestHarness<TopItemsOfPart, PopularNow> harness,
      int part,
      ItemCount... items)
      throws Exception {
    harness.processElement(new StreamRecord<>(new TopItemsOfPart(part, List.of(items))));
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, ItemCount, TopItemsOfPart>
      topItems() throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new TopItems(SETTINGS), ItemCount::itemId, Types.STRING);
  }
}
