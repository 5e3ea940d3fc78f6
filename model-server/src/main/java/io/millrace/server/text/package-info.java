/** Texts to vectors: tokens, a graph, and the mean of what it says about each token. */
@NullMarked
package io.millrace.server.text;

import org.jspecify.annotations.NullMarked;
