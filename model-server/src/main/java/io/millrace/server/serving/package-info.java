/** What every backend needs to serve: requests in a batcher, and the threads that compute them. */
@NullMarked
package io.millrace.server.serving;

import org.jspecify.annotations.NullMarked;
