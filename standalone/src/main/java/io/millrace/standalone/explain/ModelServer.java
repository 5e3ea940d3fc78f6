package io.millrace.standalone.explain;

import io.millrace.schemas.avro.ModelCall;

/** Whom past calls are made to again. */
public interface ModelServer {
  /**
   * Makes a call.
   *
   * @param version of the model that must answer
   * @throws NotAnsweredException if it does not; the message says why
   */
  ModelReply ask(ModelCall call, String version);
}
