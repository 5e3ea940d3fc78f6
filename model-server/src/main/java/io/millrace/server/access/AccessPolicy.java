package io.millrace.server.access;

import org.jspecify.annotations.Nullable;

/** Decides about callers. Called for every request, by any thread; never blocks. */
@FunctionalInterface
public interface AccessPolicy {
  /** Lets everybody do everything. */
  AccessPolicy OPEN = (needed, authorization) -> null;

  /**
   * Returns if the caller may.
   *
   * @param authorization the header of that name, null without
   * @return the caller's role; null where nobody is asked for one
   * @throws io.millrace.server.inference.InferenceException UNAUTHENTICATED if nobody knows the
   *     caller, PERMISSION_DENIED if the role does not suffice
   */
  @Nullable Role require(Role needed, @Nullable String authorization);
}
