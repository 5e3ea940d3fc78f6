@NullMarked
package io.millrace.server.repository;

import org.jspecify.annotations.NullMarked;
