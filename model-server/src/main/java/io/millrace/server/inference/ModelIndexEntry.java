package io.millrace.server.inference;

/**
 * One line of the repository's index.
 *
 * @param version empty for a model without any version that was tried
 * @param reason why it is not ready; else empty
 */
public record ModelIndexEntry(String name, String version, State state, String reason) {
  /** States under their names in the protocol. */
  public enum State {
    /** It takes requests. */
    READY,
    /** It does not take requests. */
    UNAVAILABLE,
    /** It will take requests soon. */
    LOADING,
    /** It answers the requests that it has, and takes no more. */
    UNLOADING
  }
}
