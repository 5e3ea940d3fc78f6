/** History and new events into Kafka at a chosen pace, lists and dead letters out of it. */
@NullMarked
package io.millrace.standalone.replay;

import org.jspecify.annotations.NullMarked;
