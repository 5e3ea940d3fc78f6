package io.millrace.server.access;

/** What a caller may do. */
public enum Role {
  /** Ask models, and about models. */
  INFER,
  /** Load and unload models, too. */
  ADMIN;

  /** Whether who has this role may do what needs the other. */
  boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }
}
