package io.millrace.flink.llm;

import java.io.Serializable;

/** Makes a {@link TextEncoder} where it is needed: on a task, after the job was shipped there. */
@FunctionalInterface
public interface TextEncoderFactory extends Serializable {

  /** Called once per operator instance; the caller closes what it gets. Does not block. */
  TextEncoder create();
}
