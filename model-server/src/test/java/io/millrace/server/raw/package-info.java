@NullMarked
package io.millrace.server.raw;

import org.jspecify.annotations.NullMarked;
