/** The next token out of logits. */
@NullMarked
package io.millrace.server.llm.sampling;

import org.jspecify.annotations.NullMarked;
