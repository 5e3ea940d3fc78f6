package io.millrace.server.inference;

/** How far a server is in its life. It goes through these in order and never back. */
public enum ServerState {
  /** It listens, and loads the models that it serves from the start. */
  STARTING,
  /** Every one of them takes requests. */
  READY,
  /** It was told to stop, answers what it has taken, and takes nothing more. */
  DRAINING
}
