package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.server.inference.InferenceException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads what JSON objects of the protocol have in common. */
final class JsonCall {
  private JsonCall() {}

  /** Takes one field of an object; the parser stands at its value, and is left at its end. */
  interface FieldReader {
    /** Reads the value of that field. */
    void read(String field) throws IOException;
  }

  /** Takes one field of an object that the parser is in. */
  interface ObjectReader {
    /** Reads the value that the parser stands at. */
    void read(JsonParser json, String field) throws IOException;
  }

  /** Something that parses. */
  interface Parse<T> {
    /** Parses. */
    T parse(JsonParser json) throws IOException;
  }

  /**
   * Parses one whole document.
   *
   * @throws InferenceException if it is not JSON, saying where
   */
  static <T> T parse(JsonFactory factory, byte[] body, int from, int length, Parse<T> parse) {
    try (JsonParser json = factory.createParser(body, from, length)) {
      json.nextToken();
      T parsed = parse.parse(json);
      if (json.nextToken() != null) {
        throw InferenceException.invalid("the request goes on after its JSON has ended");
      }
      return parsed;
    } catch (JsonProcessingException e) {
      throw InferenceException.invalid(
          "the request is not JSON: %s (line %d, column %d)",
          e.getOriginalMessage(),
          e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
          e.getLocation() == null ? 0 : e.getLocation().getColumnNr());
    } catch (IOException e) {
      throw InferenceException.invalid("the request is not JSON: %s", e);
    }
  }

  /** Reads the object that the parser stands at. */
  static void object(JsonParser json, String what, FieldReader fields) throws IOException {
    require(json, JsonToken.START_OBJECT, what, "an object");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      fields.read(field);
    }
  }

  static String string(JsonParser json, String what) throws IOException {
    require(json, JsonToken.VALUE_STRING, what, "a string");
    return json.getText();
  }

  static void require(JsonParser json, JsonToken token, String what, String expected)
      throws IOException {
    if (json.currentToken() != token) {
      throw InferenceException.invalid(
          "'%s' of the request is %s, expected %s", what, json.currentToken(), expected);
    }
  }

  static InferenceException unknown(String what, String field) {
    return InferenceException.invalid("%s has the unknown field '%s'; remove it", what, field);
  }

  static Map<String, InferParameter> parameters(JsonParser json) throws IOException {
    Map<String, InferParameter> parameters = new HashMap<>();
    object(json, "parameters", name -> parameters.put(name, parameter(json, name)));
    return parameters;
  }

  private static InferParameter parameter(JsonParser json, String name) throws IOException {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    switch (json.currentToken()) {
      case VALUE_TRUE -> parameter.setBoolParam(true);
      case VALUE_FALSE -> parameter.setBoolParam(false);
      case VALUE_STRING -> parameter.setStringParam(json.getText());
      case VALUE_NUMBER_INT -> parameter.setInt64Param(json.getLongValue());
      case VALUE_NUMBER_FLOAT -> parameter.setDoubleParam(json.getDoubleValue());
      default ->
          throw InferenceException.invalid(
              "parameter '%s' is %s, expected a string, number or boolean",
              name, json.currentToken());
    }
    return parameter.build();
  }
}
