/** How right the claims of written profiles are, on the demo's data set. */
@NullMarked
package io.millrace.standalone.profiles;

import org.jspecify.annotations.NullMarked;
