package io.millrace.server.repository;

import java.util.Set;

/**
 * Who decides which models and versions are loaded.
 *
 * @param mode when the repository is looked at
 * @param loadAtStart with {@link Mode#EXPLICIT}, the models to load at the start; {@link #ALL} is
 *     every model. Of no effect otherwise
 */
public record ModelControl(Mode mode, Set<String> loadAtStart) {
  /** In the place of a name: every model. */
  public static final String ALL = "*";

  /** When the repository is looked at. */
  public enum Mode {
    /** At the start. */
    NONE,
    /** At the start, and again and again. */
    POLL,
    /** When a caller asks for it. */
    EXPLICIT
  }

  /** Copies the names. */
  public ModelControl {
    loadAtStart = Set.copyOf(loadAtStart);
  }

  /** Every model, at the start only. */
  public static ModelControl none() {
    return new ModelControl(Mode.NONE, Set.of());
  }

  boolean loadsAtStart(String model) {
    return mode != Mode.EXPLICIT || loadAtStart.contains(ALL) || loadAtStart.contains(model);
  }
}
