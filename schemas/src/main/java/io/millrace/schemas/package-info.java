/**
 * The contracts of the wire: topics and their Avro records, the bytes they are framed in, and what
 * a model expects of its inputs. Nothing here knows Kafka clients, Flink or ONNX.
 */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
