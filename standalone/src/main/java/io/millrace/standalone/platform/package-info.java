/** Broker, registry, model server and Flink: started in order, watched, stopped cleanly. */
@NullMarked
package io.millrace.standalone.platform;

import org.jspecify.annotations.NullMarked;
