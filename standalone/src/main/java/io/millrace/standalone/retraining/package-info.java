/** A training beside the stream: its process, its rounds, and the models that it publishes into. */
@NullMarked
package io.millrace.standalone.retraining;

import org.jspecify.annotations.NullMarked;
