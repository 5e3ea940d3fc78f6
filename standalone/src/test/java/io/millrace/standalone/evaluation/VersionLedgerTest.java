package io.millrace.standalone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionLedgerTest {
  private final VersionLedger ledger = new VersionLedger();

  @Test
  void onlyAVersionsFirstListIsNew() {
    assertThat(ledger.made("9")).isTrue();
    assertThat(ledger.made("10")).isTrue();
    assertThat(ledger.made("9")).isFalse();
    assertThat(ledger.made("10")).isFalse();
    assertThat(ledger.made("9")).isFalse();
  }

  @Test
  void versionsAreCountedFromTheOldest() {
    ledger.made("10");
    ledger.made("9");
    ledger.made("10");

    assertThat(ledger.lists().keySet()).containsExactly("9", "10");
    assertThat(ledger.lists()).containsEntry("9", 1L).containsEntry("10", 2L);
  }
}
