/**
 * A dynamic batcher for any kind of request. Knows neither tensors, nor models, nor the network;
 * time and threads come from outside.
 */
@NullMarked
package io.millrace.server.batching;

import org.jspecify.annotations.NullMarked;
