package io.millrace.standalone.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRoundTest {

  @Test
  void aLineOfTheTrainingIsARound() {
    String line =
        "{\"round\": 3, \"result\": \"published\", \"version\": 4, \"seconds\": 24.1, \"detail\":"
            + " \"better\", \"events\": 86000, \"new\": 2020, \"left_out\": {\"duplicate\": 1}}";

    assertThat(TrainingRound.parse(line))
        .contains(new TrainingRound(3, TrainingRound.PUBLISHED, 4, 24.1, "better", 2_020));
  }

  @Test
  void aRoundWithoutAVersionHasNone() {
    String line =
        "{\"round\": 1, \"result\": \"failed\", \"version\": null, \"seconds\": 1.5, \"detail\":"
            + " \"no broker\"}";

    assertThat(TrainingRound.parse(line))
        .contains(new TrainingRound(1, TrainingRound.FAILED, null, 1.5, "no broker", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a warning", "{\"round\":", "{\"other\": 1}", "{\"round\": \"x\"}"})
  void anythingElseIsNone(String line) {
    assertThat(TrainingRound.parse(line)).isEmpty();
  }

  @Test
  void roundsAreCountedByTheirResult() {
    RoundLedger ledger = new RoundLedger();
    ledger.add(new TrainingRound(1, TrainingRound.SKIPPED, null, 2, "nothing", 0));
    ledger.add(new TrainingRound(2, TrainingRound.PUBLISHED, 2, 20, "better", 10));
    ledger.add(new TrainingRound(3, TrainingRound.REFUSED, null, 21, "worse", 10));
    ledger.add(new TrainingRound(4, TrainingRound.PUBLISHED, 3, 22, "better", 20));

    assertThat(ledger.worked()).isEqualTo(3);
    assertThat(ledger.count(TrainingRound.PUBLISHED)).isEqualTo(2);
    assertThat(ledger.count(TrainingRound.FAILED)).isZero();
    assertThat(ledger.publishedSeconds()).containsExactly(20, 22);
  }
}
