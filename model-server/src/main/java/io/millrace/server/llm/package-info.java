/** A language model that the server itself runs, on cores that recommendations do not need. */
@NullMarked
package io.millrace.server.llm;

import org.jspecify.annotations.NullMarked;
