@NullMarked
package io.millrace.server.llm.generation;

import org.jspecify.annotations.NullMarked;
