package io.millrace.schemas;

import java.nio.ByteBuffer;

/**
 * The registry's framing of a value: a zero byte, the schema id in 4 big-endian bytes, then the
 * Avro binary encoding. It is what ordinary Kafka tools with Avro support read and write.
 */
public final class RegistryFraming {
  /** Bytes before the Avro encoding. */
  public static final int HEADER_BYTES = 5;

  private static final byte MAGIC = 0;

  private RegistryFraming() {}

  /**
   * Reads the schema id of a framed value.
   *
   * @throws MalformedValueException if the value is too short or starts with another byte
   */
  public static int schemaId(byte[] framed) {
    if (framed.length < HEADER_BYTES) {
      throw new MalformedValueException(
          "value of "
              + framed.length
              + " bytes is shorter than the registry header of "
              + HEADER_BYTES);
    }
    if (framed[0] != MAGIC) {
      throw new MalformedValueException(
          "value starts with byte "
              + (framed[0] & 0xff)
              + ", not with the registry's magic byte 0");
    }
    return ByteBuffer.wrap(framed, 1, 4).getInt();
  }
}
