/** Rules of the last mile as people write, check and read them. */
@NullMarked
package io.millrace.standalone.rules;

import org.jspecify.annotations.NullMarked;
