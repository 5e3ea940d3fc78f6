@NullMarked
package io.millrace.server.ranking;

import org.jspecify.annotations.NullMarked;
