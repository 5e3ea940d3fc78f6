package io.millrace.server.access;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.watch.FileState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
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
  private FileState state;

  /**
   * Reads the file.
   *
   * @throws IOException naming file, line and fix
   */
  public TokenFile(Path file) throws IOException {
    this.file = file;
    this.state = FileState.of(List.of(file));
    try {
      this.tokens = Tokens.read(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "--tokens-file " + file + " does not exist; write lines into it such as: infer TOKEN", e);
    }
  }

  /** Reads the file again if it has changed. Never throws. */
  public synchronized void refresh() {
    FileState now = FileState.of(List.of(file));
    if (now.equals(state)) {
      return;
    }
    state = now;
    try {
      tokens = Tokens.read(file);
      LOG.info("read the tokens of {} again", file);
    } catch (IOException e) {
      LOG.error("the tokens that were read before go on counting: {}", e.toString());
    }
  }

  @Override
  public Role require(Role needed, @Nullable String authorization) {
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
    return role;
  }
}
