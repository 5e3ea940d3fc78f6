/**
 * The one thread that computes: who comes next, prefill, decoding in batches, candidates to score.
 */
@NullMarked
package io.millrace.server.llm.generation;

import org.jspecify.annotations.NullMarked;
