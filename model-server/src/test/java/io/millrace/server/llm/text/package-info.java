@NullMarked
package io.millrace.server.llm.text;

import org.jspecify.annotations.NullMarked;
