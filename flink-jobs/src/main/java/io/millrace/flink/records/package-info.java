/** The records that flow between operators, with their versioned serializers. */
@NullMarked
package io.millrace.flink.records;

import org.jspecify.annotations.NullMarked;
