/** What a profile says about items: keywords against their texts, its vector against theirs. */
@NullMarked
package io.millrace.server.sources;

import org.jspecify.annotations.NullMarked;
