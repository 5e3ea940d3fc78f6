/**
 * What every part of the server speaks: tensors, requests, answers, failures, and the ports between
 * the parts. Knows only the JDK.
 */
@NullMarked
package io.millrace.server.inference;

import org.jspecify.annotations.NullMarked;
