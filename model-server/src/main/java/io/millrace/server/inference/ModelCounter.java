package io.millrace.server.inference;

import java.util.function.LongSupplier;

/**
 * Something that one kind of model counts beside its requests. Any thread may read it.
 *
 * @param name of the metric; the same for counters that differ in their label's value
 * @param help what it says
 * @param label a name; empty without a label
 * @param labelValue the label's value
 * @param value only ever grows
 */
public record ModelCounter(
    String name, String help, String label, String labelValue, LongSupplier value) {}
