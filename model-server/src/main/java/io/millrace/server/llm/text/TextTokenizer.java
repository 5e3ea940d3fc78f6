package io.millrace.server.llm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.inference.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Text to tokens, by Hugging Face's tokenizers.
 *
 * <p>Control tokens never come out of a text, whatever it says: they are taken out of what the
 * library gets to see. So a message cannot end itself and begin another one.
 */
public final class TextTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final TokenBytes bytes;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, TokenBytes bytes) {
    this.tokenizer = tokenizer;
    this.bytes = bytes;
  }

  /**
   * Loads {@code tokenizer.json}.
   *
   * @throws ModelLoadException if it cannot be read, or the native library does not work here
   */
  public static TextTokenizer load(Path file) {
    // Without these the library reports its use to its makers, and downloads another build of
    // itself where it sees a GPU.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    // Where it unpacks its native library, once.
    System.setProperty("ENGINE_CACHE_DIR", cache().toString());
    try {
      ObjectMapper mapper = new ObjectMapper();
      ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
      TokenBytes bytes = bytes(json);
      json.putArray("added_tokens");
      Map<String, String> options =
          Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
      byte[] content = mapper.writeValueAsBytes(json);
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(content), options), bytes);
    } catch (IOException | RuntimeException e) {
      throw new ModelLoadException(file + " cannot be loaded: " + e, e);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new ModelLoadException(
          "the native library of the tokenizer does not work here: " + e, e);
    }
  }

  private static Path cache() {
    String home = System.getenv("XDG_CACHE_HOME");
    Path caches =
        home == null || home.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(home);
    return caches.resolve("millrace");
  }

  private static TokenBytes bytes(JsonNode json) {
    JsonNode vocabulary = json.at("/model/vocab");
    String[] spelled = new String[vocabulary.size()];
    vocabulary.properties().forEach(entry -> spelled[entry.getValue().intValue()] = entry.getKey());
    BitSet control = new BitSet();
    json.path("added_tokens").forEach(token -> control.set(token.path("id").intValue()));
    return new TokenBytes(List.of(spelled), control);
  }

  /** The tokens of a text; safe for threads. */
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** What the tokens stand for. */
  public TokenBytes bytes() {
    return bytes;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
