/**
 * The job's edges to Kafka and to the schema registry: typed sources and sinks, topic creation, and
 * the registry's client. The only package that imports Kafka clients.
 */
@NullMarked
package io.millrace.flink.connectors;

import org.jspecify.annotations.NullMarked;
