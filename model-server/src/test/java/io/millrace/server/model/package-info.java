@NullMarked
package io.millrace.server.model;

import org.jspecify.annotations.NullMarked;
