/** What all commands have in common at the terminal: options, errors, text. */
@NullMarked
package io.millrace.standalone.cli.terminal;

import org.jspecify.annotations.NullMarked;
