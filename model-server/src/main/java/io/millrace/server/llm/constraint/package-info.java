/**
 * Texts that are allowed: a choice, or what a JSON schema describes; and the tokens that lead
 * there.
 */
@NullMarked
package io.millrace.server.llm.constraint;

import org.jspecify.annotations.NullMarked;
