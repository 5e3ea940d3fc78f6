/** What is asked about users, and what is made of the answers: prompts, parsing, grounding. */
@NullMarked
package io.millrace.flink.profiles;

import org.jspecify.annotations.NullMarked;
