@NullMarked
package io.millrace.server.recommender;

import org.jspecify.annotations.NullMarked;
