@NullMarked
package io.millrace.server.sources;

import org.jspecify.annotations.NullMarked;
