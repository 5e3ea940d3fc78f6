@NullMarked
package io.millrace.server.config;

import org.jspecify.annotations.NullMarked;
