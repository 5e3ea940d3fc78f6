package io.millrace.server.access;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows callers by a bearer token out of a file. The file is read again when it has changed; while
 * it cannot be read, the tokens that were read last count.
 */
public final class TokenFile implements AccessPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  private static final String SCHEME = "bearer ";

  private final Path file;
  private volatile Tokens tokens;
  private String state;

  /**
   * Reads the file.
   *
   * @throws IOException naming file, line and fix
   */
  public TokenFile(Path file) throws IOException {
    this.file = file;
    this.state = state(file);
    this.tokens = Tokens.read(file);
  }

  private static String state(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
  }

  /** Reads the file again if it has changed. Never throws. */
  public synchronized void refresh() {
    try {
      String now = state(file);
      if (!now.equals(state)) {
        state = now;
        tokens = Tokens.read(file);
        LOG.info("read the tokens of {} again", file);
      }
    } catch (IOException e) {
      LOG.error("the tokens that were read before go on counting: {}", e.toString());
    }
  }

  @Override
  public void require(Role needed, @Nullable String authorization) {
    if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new InferenceException(
          Code.UNAUTHENTICATED, "no token; send the header Authorization: Bearer TOKEN");
    }
    Role role = tokens.of(authorization.substring(SCHEME.length()).strip());
    if (role == null) {
      throw new InferenceException(
          Code.UNAUTHENTICATED, "unknown token; ask for one that is in --tokens-file");
    }
    if (!role.covers(needed)) {
      throw new InferenceException(
          Code.PERMISSION_DENIED,
          "the token has the role infer; loading and unloading models needs admin");
    }
  }
}
