package io.millrace.server.http;

import java.util.Map;

/**
 * In which form a caller wants outputs.
 *
 * @param binaryByDefault those without a word of their own come as binary data, else as JSON
 * @param binary what is said of single outputs, by name
 */
record OutputForm(boolean binaryByDefault, Map<String, Boolean> binary) {
  boolean isBinary(String output) {
    return binary.getOrDefault(output, binaryByDefault);
  }
}
