@NullMarked
package io.millrace.server.llm.openai;

import org.jspecify.annotations.NullMarked;
