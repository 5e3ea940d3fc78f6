/** The decoder as a port, what a model folder says of it, and who holds which of its slots. */
@NullMarked
package io.millrace.server.llm.decoder;

import org.jspecify.annotations.NullMarked;
