/** The port through which jobs ask a language model, and its adapter for OpenAI's interface. */
@NullMarked
package io.millrace.flink.llm;

import org.jspecify.annotations.NullMarked;
