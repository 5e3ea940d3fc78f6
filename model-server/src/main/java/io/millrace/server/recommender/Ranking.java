package io.millrace.server.recommender;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What became of ranking a row. */
@SuppressWarnings("ImmutableEnumChecker")
enum Ranking {
  /** The ranker ordered its candidates. */
  RANKED("RANKED"),
  /** The bundle has no ranker. */
  NO_RANKER("RETRIEVED"),
  /** Nothing was left to rank. */
  NO_CANDIDATES("RETRIEVED"),
  /** The history has fewer events than the ranker was trained on. */
  HISTORY("RETRIEVED"),
  /** Ranking takes longer than the request had left. */
  DEADLINE("RETRIEVED"),
  /** The ranker failed. */
  RANKER_FAILED("RETRIEVED"),
  /** The ranker gave a score that is no number. */
  RANKER_NOT_FINITE("RETRIEVED");

  /** All of them that a ranker's counters tell apart. */
  static final List<Ranking> OF_A_RANKER =
      List.of(RANKED, NO_CANDIDATES, HISTORY, DEADLINE, RANKER_FAILED, RANKER_NOT_FINITE);

  private final byte[] rung;

  Ranking(String rung) {
    this.rung = rung.getBytes(StandardCharsets.UTF_8);
  }

  /** How far the server got, as callers see it; not to be changed. */
  byte[] rung() {
    return rung;
  }

  /** Whether a caller is to be told why the row was not ranked. */
  boolean isSetback() {
    return this != RANKED && this != NO_RANKER;
  }

  /** As callers and metrics name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
