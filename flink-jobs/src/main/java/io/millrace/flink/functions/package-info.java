/** The Flink operators: thin shells that keep features in keyed state and make the calls. */
@NullMarked
package io.millrace.flink.functions;

import org.jspecify.annotations.NullMarked;
