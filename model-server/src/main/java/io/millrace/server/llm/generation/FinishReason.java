package io.millrace.server.llm.generation;

/** Why a text ended. */
public enum FinishReason {
  /** The model ended it, a stop string came, or a constraint was complete. */
  STOP,
  /** It has as many tokens as were asked for. */
  LENGTH
}
