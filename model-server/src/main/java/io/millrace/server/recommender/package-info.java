/** The recommender backend: from string ids to string ids in one round trip, out of one bundle. */
@NullMarked
package io.millrace.server.recommender;

import org.jspecify.annotations.NullMarked;
