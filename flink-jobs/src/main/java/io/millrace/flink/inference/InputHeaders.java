package io.millrace.flink.inference;

import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Name, type and shape [1, n] of an input; the same n comes again and again, so they are kept. */
final class InputHeaders {
  private static final int KEPT = 512;

  private final String name;
  private final String datatype;
  private final AtomicReferenceArray<InferInputTensor> byLength = new AtomicReferenceArray<>(KEPT);

  InputHeaders(String name, String datatype) {
    this.name = name;
    this.datatype = datatype;
  }

  InferInputTensor of(int length) {
    if (length >= KEPT) {
      return make(length);
    }
    InferInputTensor header = byLength.get(length);
    if (header == null) {
      header = make(length);
      byLength.set(length, header);
    }
    return header;
  }

  private InferInputTensor make(int length) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addShape(1)
        .addShape(length)
        .build();
  }
}
