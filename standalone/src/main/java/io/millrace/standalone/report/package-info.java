/** The demo's result: one record tree, written as JSON and shown as a table. */
@NullMarked
package io.millrace.standalone.report;

import org.jspecify.annotations.NullMarked;
