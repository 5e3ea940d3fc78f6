/** Makes a past list again from what was kept of its inputs, and tells whether it is the same. */
@NullMarked
package io.millrace.standalone.explain;

import org.jspecify.annotations.NullMarked;
