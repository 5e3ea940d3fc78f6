package io.millrace.standalone.explain;

/** Whether a past list comes out again. */
public enum Verdict {
  /** Same items in the same order, with the same scores. */
  SAME,
  /** Something else comes out. */
  DIFFERENT,
  /** It cannot be told: what made the list is not there any more. */
  UNKNOWN
}
