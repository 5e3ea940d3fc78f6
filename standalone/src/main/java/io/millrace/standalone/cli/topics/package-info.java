/**
 * Small tools for a running system's topics: publish, tail, and reading them for other commands.
 */
@NullMarked
package io.millrace.standalone.cli.topics;

import org.jspecify.annotations.NullMarked;
