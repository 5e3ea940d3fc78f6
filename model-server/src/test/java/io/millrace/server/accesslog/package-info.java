@NullMarked
package io.millrace.server.accesslog;

import org.jspecify.annotations.NullMarked;
