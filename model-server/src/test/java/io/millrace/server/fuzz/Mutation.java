package io.millrace.server.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes bytes at random, without knowing what they mean. The same seed, the same changes. */
final class Mutation {
  private static final int LONGEST = 64 * 1024;
  private static final int MOST_CHANGES = 4;
  private static final String[] WORDS = {
    "-1",
    "0",
    "NaN",
    "Infinity",
    "1e400",
    "-0",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "null",
    "true",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\u0000",
    "\\ud800",
    "../../../../etc/passwd",
    "%2e%2e%2f",
    "%",
    "\r\n",
    "\0",
    "\u00ff\u00ff\u00ff\u007f",
    "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
    "\0\0\u00c0\u007f",
    "binary_data_size",
    "gzip"
  };

  private final SplittableRandom random;
  private final List<byte[]> corpus;

  Mutation(SplittableRandom random, List<byte[]> corpus) {
    this.random = random;
    this.corpus = corpus;
  }

  byte[] next(byte[] input) {
    byte[] changed = input;
    for (int left = 1 + random.nextInt(MOST_CHANGES); left > 0; left--) {
      changed = changedOnce(changed);
    }
    return changed.length > LONGEST ? Arrays.copyOf(changed, LONGEST) : changed;
  }

  private byte[] changedOnce(byte[] input) {
    int from = random.nextInt(input.length + 1);
    int to = Math.min(input.length, from + 1 + random.nextInt(8));
    return switch (random.nextInt(9)) {
      case 0 -> flipped(input);
      case 1 -> replaced(input, from, to, new byte[0]);
      case 2 -> replaced(input, from, to, bytes(1 + random.nextInt(8)));
      case 3 -> replaced(input, from, from, word());
      case 4 -> replaced(input, from, to, word());
      case 5 -> Arrays.copyOf(input, from);
      case 6 -> replaced(input, from, from, repeated());
      case 7 -> replacedNumber(input);
      default -> spliced(input, from);
    };
  }

  private byte[] flipped(byte[] input) {
    byte[] flipped = input.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return flipped;
  }

  /** Deep nesting, and strings that are longer than anybody expects. */
  private byte[] repeated() {
    byte[] word = word();
    ByteArrayOutputStream repeated = new ByteArrayOutputStream();
    for (int left = 1 << random.nextInt(12); left > 0; left--) {
      repeated.writeBytes(word);
    }
    return repeated.toByteArray();
  }

  private byte[] replacedNumber(byte[] input) {
    int from = random.nextInt(input.length + 1);
    while (from < input.length && !isDigit(input[from])) {
      from++;
    }
    int to = from;
    while (to < input.length && isDigit(input[to])) {
      to++;
    }
    return replaced(input, from, to, word());
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  private byte[] spliced(byte[] input, int from) {
    byte[] other = corpus.get(random.nextInt(corpus.size()));
    int otherFrom = random.nextInt(other.length + 1);
    return replaced(input, from, input.length, Arrays.copyOfRange(other, otherFrom, other.length));
  }

  private byte[] word() {
    return WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
    ByteArrayOutputStream replaced = new ByteArrayOutputStream();
    replaced.write(input, 0, from);
    replaced.writeBytes(by);
    replaced.write(input, to, input.length - to);
    return replaced.toByteArray();
  }
}
