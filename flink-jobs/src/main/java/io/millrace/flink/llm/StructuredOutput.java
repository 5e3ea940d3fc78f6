package io.millrace.flink.llm;

/** How an endpoint is told that the answer has to be JSON. */
public enum StructuredOutput {
  /** It is sent the JSON Schema and lets nothing else come out. */
  JSON_SCHEMA,
  /** It is told to write some JSON object; the schema stands in the question. */
  JSON_OBJECT,
  /** It knows neither: the schema stands in the question, and the object is looked for. */
  NONE
}
