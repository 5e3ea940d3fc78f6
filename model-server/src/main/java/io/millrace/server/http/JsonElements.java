package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Turns a tensor's elements in JSON, nested or flat, into raw contents. */
final class JsonElements {
  private static final int FIRST_BYTES = 256;
  private static final int LENGTH_BYTES = 4;
  private static final long UINT32_MASK = 0xFFFFFFFFL;

  private final String tensor;
  private final DataType type;
  private ByteBuffer wire = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int found;

  /**
   * For one tensor.
   *
   * @param tensor model and input, as failures name them
   */
  JsonElements(String tensor, DataType type) {
    this.tensor = tensor;
    this.type = type;
  }

  /**
   * Reads an array; its elements are at least two bytes of JSON and at most eight of contents, so
   * the contents are at most four times the request.
   */
  ByteString read(JsonParser json) throws IOException {
    int depth = 0;
    do {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else {
        element(json, token);
      }
    } while (depth > 0);
    return UnsafeByteOperations.unsafeWrap(wire.flip());
  }

  private void element(JsonParser json, JsonToken token) throws IOException {
    switch (type) {
      case BOOL -> {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
          throw unfit(json);
        }
        room(1).put((byte) (token == JsonToken.VALUE_TRUE ? 1 : 0));
      }
      case INT8 -> room(1).put((byte) integer(json, token, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> room(1).put((byte) integer(json, token, 0, 0xFF));
      case INT16 -> room(2).putShort((short) integer(json, token, Short.MIN_VALUE, 0x7FFF));
      case UINT16 -> room(2).putShort((short) integer(json, token, 0, 0xFFFF));
      case INT32 -> room(4).putInt((int) integer(json, token, Integer.MIN_VALUE, 0x7FFFFFFF));
      case UINT32 -> room(4).putInt((int) integer(json, token, 0, UINT32_MASK));
      case INT64 -> room(8).putLong(integer(json, token, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT64 -> room(8).putLong(unsigned(json, token));
      case FP32 -> room(4).putFloat(single(json, token));
      case FP64 -> room(8).putDouble(number(json, token));
      case BYTES -> string(json, token);
      case FP16, BF16 ->
          throw InferenceException.invalid(
              "%s is %s, which JSON does not carry; send it as binary data", tensor, type);
    }
    found++;
  }

  private void string(JsonParser json, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw unfit(json);
    }
    byte[] value = json.getText().getBytes(StandardCharsets.UTF_8);
    room(LENGTH_BYTES + value.length).putInt(value.length).put(value);
  }

  private long integer(JsonParser json, JsonToken token, long least, long most) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || json.getLongValue() < least
        || json.getLongValue() > most) {
      throw unfit(json);
    }
    return json.getLongValue();
  }

  private long unsigned(JsonParser json, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT
        || json.getBigIntegerValue().signum() < 0
        || json.getBigIntegerValue().bitLength() > Long.SIZE) {
      throw unfit(json);
    }
    return json.getBigIntegerValue().longValue();
  }

  private double number(JsonParser json, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw unfit(json);
    }
    double value = json.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw unfit(json);
    }
    return value;
  }

  private float single(JsonParser json, JsonToken token) throws IOException {
    float value = (float) number(json, token);
    if (Float.isInfinite(value)) {
      throw unfit(json);
    }
    return value;
  }

  private ByteBuffer room(int bytes) {
    if (wire.remaining() < bytes) {
      long wanted = Math.max(2L * wire.capacity(), (long) wire.position() + bytes);
      wire =
          ByteBuffer.allocate((int) Math.min(wanted, Integer.MAX_VALUE - Long.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(wire.flip());
    }
    return wire;
  }

  private InferenceException unfit(JsonParser json) throws IOException {
    String text = String.valueOf(json.getText());
    return InferenceException.invalid(
        "%s element %d is %s, which is not %s",
        tensor, found, text.length() > 40 ? text.substring(0, 40) + "..." : text, type);
  }
}
