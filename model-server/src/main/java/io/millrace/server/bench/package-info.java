/** What the graphs and the server cost, measured. */
@NullMarked
package io.millrace.server.bench;

import org.jspecify.annotations.NullMarked;
