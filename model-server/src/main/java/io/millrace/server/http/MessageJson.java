package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;

/**
 * Writes the protocol's messages as its JSON: fields under the names that they have in the .proto,
 * also where they have their defaults, and every whole number as a number.
 */
final class MessageJson {
  private final JsonFactory factory = new JsonFactory();

  /** One message, as an object. */
  byte[] write(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      object(json, message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Some messages, as an array. */
  byte[] write(List<? extends Message> messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartArray();
      for (Message message : messages) {
        object(json, message);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void object(JsonGenerator json, Message message) throws IOException {
    json.writeStartObject();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.hasPresence() && !message.hasField(field)) {
        continue;
      }
      json.writeFieldName(field.getName());
      if (field.isMapField()) {
        map(json, field, message);
      } else if (field.isRepeated()) {
        json.writeStartArray();
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          value(json, field, message.getRepeatedField(field, i));
        }
        json.writeEndArray();
      } else {
        value(json, field, message.getField(field));
      }
    }
    json.writeEndObject();
  }

  private static void map(JsonGenerator json, FieldDescriptor field, Message message)
      throws IOException {
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    json.writeStartObject();
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      Message entry = (Message) message.getRepeatedField(field, i);
      json.writeFieldName(String.valueOf(entry.getField(key)));
      value(json, value, entry.getField(value));
    }
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, FieldDescriptor field, Object value)
      throws IOException {
    switch (field.getJavaType()) {
      case INT -> json.writeNumber((int) value);
      case LONG -> json.writeNumber((long) value);
      case FLOAT -> json.writeNumber((float) value);
      case DOUBLE -> json.writeNumber((double) value);
      case BOOLEAN -> json.writeBoolean((boolean) value);
      case STRING -> json.writeString((String) value);
      case BYTE_STRING ->
          json.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> json.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> object(json, (Message) value);
    }
  }
}
