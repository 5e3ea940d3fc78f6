package io.millrace.flink.profiles;

/** Why a claim was dropped. */
public enum Rejection {
  /** It cites no event. */
  CITES_NOTHING,
  /** What it cites is none of the events that were shown. */
  UNKNOWN_EVENT,
  /** The text is longer than a claim may be, or empty. */
  TOO_LONG,
  /** It names nothing that the cited items or statements have. */
  NOT_BORNE_OUT,
  /** The cited events say the opposite: an interest that cites what was disliked. */
  WRONG_SIGN,
  /** Fewer events speak for it than a claim needs. */
  TOO_WEAK,
  /** The user's other events, or a claim with more weight, speak against it. */
  CONTRADICTED,
  /** The same was claimed before. */
  DUPLICATE,
  /** There are more claims of its kind than a profile has room for; the weightiest stay. */
  TOO_MANY
}
