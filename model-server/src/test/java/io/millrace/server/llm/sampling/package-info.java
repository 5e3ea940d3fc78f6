@NullMarked
package io.millrace.server.llm.sampling;

import org.jspecify.annotations.NullMarked;
