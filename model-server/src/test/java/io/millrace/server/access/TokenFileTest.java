package io.millrace.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class TokenFileTest {
  private static final String CALLER = "Bearer caller-0123456789";
  private static final String OPERATOR = "bearer  operator-0123456789";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = write("# who may call\n\ninfer caller-0123456789\nadmin operator-0123456789\n");
  }

  private Path write(String lines) throws IOException {
    return Files.writeString(folder.resolve("tokens"), lines);
  }

  private static void assertRefused(
      AccessPolicy access, Role needed, @Nullable String authorization, Code code) {
    assertThatThrownBy(() -> access.require(needed, authorization))
        .isInstanceOfSatisfying(
            InferenceException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  @Test
  void aRoleCoversWhatIsBelowIt() throws IOException {
    TokenFile tokens = new TokenFile(file);
    assertThatCode(() -> tokens.require(Role.INFER, CALLER)).doesNotThrowAnyException();
    assertThatCode(() -> tokens.require(Role.INFER, OPERATOR)).doesNotThrowAnyException();
    assertThatCode(() -> tokens.require(Role.ADMIN, OPERATOR)).doesNotThrowAnyException();
    assertRefused(tokens, Role.ADMIN, CALLER, Code.PERMISSION_DENIED);
  }

  @Test
  void whoIsNotKnownIsNotLetIn() throws IOException {
    TokenFile tokens = new TokenFile(file);
    assertRefused(tokens, Role.INFER, null, Code.UNAUTHENTICATED);
    assertRefused(tokens, Role.INFER, "", Code.UNAUTHENTICATED);
    assertRefused(tokens, Role.INFER, "Bearer ", Code.UNAUTHENTICATED);
    assertRefused(tokens, Role.INFER, "Bearer caller-012345678", Code.UNAUTHENTICATED);
    assertRefused(tokens, Role.INFER, "Basic caller-0123456789", Code.UNAUTHENTICATED);
    assertRefused(tokens, Role.INFER, "caller-0123456789", Code.UNAUTHENTICATED);
  }

  @Test
  void aChangedFileCountsAtTheNextLook() throws IOException {
    TokenFile tokens = new TokenFile(file);
    write("infer another-caller-0123456789\n");
    tokens.refresh();
    assertRefused(tokens, Role.INFER, CALLER, Code.UNAUTHENTICATED);
    assertThatCode(() -> tokens.require(Role.INFER, "Bearer another-caller-0123456789"))
        .doesNotThrowAnyException();
  }

  @Test
  void whileTheFileIsBrokenTheTokensBeforeCount() throws IOException {
    TokenFile tokens = new TokenFile(file);
    write("infer\n");
    tokens.refresh();
    Files.delete(file);
    tokens.refresh();
    assertThatCode(() -> tokens.require(Role.INFER, CALLER)).doesNotThrowAnyException();
  }

  @Test
  void linesThatAreNoTokensAreRefusedByNumber() throws IOException {
    for (String line :
        new String[] {"infer", "root token-0123456789", "infer short", "infer a b"}) {
      write("# tokens\n" + line + "\n");
      assertThatThrownBy(() -> new TokenFile(file))
          .hasMessageContaining("line 2 is not 'infer TOKEN' or 'admin TOKEN'");
    }
    write("");
    assertThatThrownBy(() -> new TokenFile(file)).hasMessageContaining("has no token");
  }
}
