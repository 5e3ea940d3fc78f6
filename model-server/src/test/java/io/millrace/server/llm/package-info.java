@NullMarked
package io.millrace.server.llm;

import org.jspecify.annotations.NullMarked;
