/**
 * What is done to a list after the model: the catalogue's availability and the rules that people
 * publish. Plain Java, functions of their arguments alone, so that a past list can be made again.
 */
@NullMarked
package io.millrace.flink.lastmile;

import org.jspecify.annotations.NullMarked;
