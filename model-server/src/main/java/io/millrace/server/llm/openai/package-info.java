/** OpenAI's interface over HTTP, and one of our own for scoring. */
@NullMarked
package io.millrace.server.llm.openai;

import org.jspecify.annotations.NullMarked;
