/** What a ranker is told of candidates, and how a list is made diverse. Pure: no graph, no wire. */
@NullMarked
package io.millrace.server.ranking;

import org.jspecify.annotations.NullMarked;
