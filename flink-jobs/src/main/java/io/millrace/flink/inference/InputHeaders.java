package io.millrace.flink.inference;

import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Name, type and shape [rows, n] of an input; for one row the same n comes often and is kept. */
final class InputHeaders {
  private static final int KEPT = 512;

  private final String name;
  private final String datatype;
  private final AtomicReferenceArray<InferInputTensor> byLength = new AtomicReferenceArray<>(KEPT);

  InputHeaders(String name, String datatype) {
    this.name = name;
    this.datatype = datatype;
  }

  InferInputTensor of(int rows, int length) {
    if (rows != 1 || length >= KEPT) {
      return make(rows, length);
    }
    InferInputTensor header = byLength.get(length);
    if (header == null) {
      header = make(rows, length);
      byLength.set(length, header);
    }
    return header;
  }

  private InferInputTensor make(int rows, int length) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addShape(rows)
        .addShape(length)
        .build();
  }
}
