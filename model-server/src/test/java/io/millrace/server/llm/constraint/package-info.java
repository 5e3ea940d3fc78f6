@NullMarked
package io.millrace.server.llm.constraint;

import org.jspecify.annotations.NullMarked;
