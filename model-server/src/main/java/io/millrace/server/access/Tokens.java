package io.millrace.server.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and their roles. Only digests are kept, and looked up: how long a look-up takes says
 * nothing about a token.
 */
final class Tokens {
  /** Shorter ones can be guessed. */
  static final int SHORTEST = 16;

  private static final int WORDS = 2;

  private final Map<ByteBuffer, Role> roles;

  private Tokens(Map<ByteBuffer, Role> roles) {
    this.roles = roles;
  }

  /**
   * Reads lines of a role and a token, {@code infer} or {@code admin}; empty ones and those that
   * begin with {@code #} are skipped.
   *
   * @throws IOException naming file, line and fix, and never a token
   */
  static Tokens read(Path file) throws IOException {
    Map<ByteBuffer, Role> roles = new HashMap<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        String[] words = line.split("\\s+", -1);
        Role role = words.length == WORDS ? role(words[0]) : null;
        if (role == null || words[1].length() < SHORTEST) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "%s line %d is not 'infer TOKEN' or 'admin TOKEN' with at least %d characters",
                  file,
                  i + 1,
                  SHORTEST));
        }
        roles.put(digest(words[1]), role);
      }
    }
    if (roles.isEmpty()) {
      throw new IOException(file + " has no token; write lines such as: infer TOKEN");
    }
    return new Tokens(roles);
  }

  private static @Nullable Role role(String word) {
    return switch (word) {
      case "infer" -> Role.INFER;
      case "admin" -> Role.ADMIN;
      default -> null;
    };
  }

  /** The token's role; null if nobody gave it out. */
  @Nullable Role of(String token) {
    return roles.get(digest(token));
  }

  private static ByteBuffer digest(String token) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
