/** Tests of models that are made of others. */
@org.jspecify.annotations.NullMarked
package io.millrace.server.ensemble;
