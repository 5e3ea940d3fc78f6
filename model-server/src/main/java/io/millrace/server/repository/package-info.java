/**
 * Model folders: which there are, what their configuration says, and how they become models that
 * serve.
 */
@NullMarked
package io.millrace.server.repository;

import org.jspecify.annotations.NullMarked;
