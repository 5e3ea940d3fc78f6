/** The server's options. */
@NullMarked
package io.millrace.server.config;

import org.jspecify.annotations.NullMarked;
