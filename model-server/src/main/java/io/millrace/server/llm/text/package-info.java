/** Text to tokens and back, and a conversation as text. */
@NullMarked
package io.millrace.server.llm.text;

import org.jspecify.annotations.NullMarked;
