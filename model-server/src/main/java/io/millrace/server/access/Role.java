package io.millrace.server.access;

import java.util.Locale;

/** What a caller may do. */
public enum Role {
  /** Ask models, and about models. */
  INFER,
  /** Load and unload models, too. */
  ADMIN;

  /** As files and logs have it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether who has this role may do what needs the other. */
  boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }
}
