/**
 * What became of every event: delivery by id, ranking quality, and counting baselines beside it.
 */
@NullMarked
package io.millrace.standalone.evaluation;

import org.jspecify.annotations.NullMarked;
