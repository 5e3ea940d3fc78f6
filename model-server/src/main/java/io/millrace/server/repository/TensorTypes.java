package io.millrace.server.repository;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.ModelLoadException;
import java.nio.file.Path;

/** Tensor types by their names in configurations. */
final class TensorTypes {
  private TensorTypes() {}

  /**
   * The type under its name in the protocol.
   *
   * @throws ModelLoadException if none is named
   */
  static DataType of(Path file, String field, io.millrace.schemas.inference.DataType type) {
    String name = type.name().replaceFirst("TYPE_", "").replace("STRING", "BYTES");
    return DataType.named(name)
        .orElseThrow(
            () -> new ModelLoadException(file + ": " + field + " data_type is missing or unknown"));
  }
}
