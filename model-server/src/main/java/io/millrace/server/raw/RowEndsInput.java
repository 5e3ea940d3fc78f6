package io.millrace.server.raw;

import io.millrace.server.inference.DataType;

/**
 * An input of a graph that tells it where the rows of a ragged input end: for each row, the number
 * of elements in it and in all rows before it.
 *
 * @param graphIndex its place among the graph's inputs
 * @param type INT32 or FP32
 * @param source the ragged input's place in {@link RawSignature#inputs}
 */
public record RowEndsInput(int graphIndex, DataType type, int source) {}
