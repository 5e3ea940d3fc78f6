package io.millrace.server.llm.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code language_model.json} says of a converted model.
 *
 * @param folder the version's folder, with the other files
 * @param name that callers use
 * @param layers how many
 * @param width of an embedding
 * @param keyValueHeads of each layer
 * @param headSize of each head
 * @param vocabulary number of tokens
 * @param context most tokens of a text that the model was trained for
 * @param begin token before a message of a conversation
 * @param end token after it
 * @param system message of a conversation that has none
 * @param softPrompt of histories; null for a model that takes none
 */
public record ModelManifest(
    Path folder,
    String name,
    int layers,
    int width,
    int keyValueHeads,
    int headSize,
    int vocabulary,
    int context,
    int begin,
    int end,
    String system,
    @Nullable SoftPromptShape softPrompt) {
  private static final String FILE = "language_model.json";
  private static final int FORMAT = 1;

  /**
   * Reads the newest version of a model.
   *
   * @param model folder with a folder per version
   * @throws ModelLoadException if there is none, or it cannot be read
   */
  public static ModelManifest read(Path model) {
    Path folder = newest(model);
    Path file = folder.resolve(FILE);
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e.getMessage(), e);
    }
    if (json.path("format").asInt() != FORMAT) {
      throw new ModelLoadException(
          String.format(
              "%s has format %s, this server reads %d; convert the model again",
              file, json.path("format"), FORMAT));
    }
    return new ModelManifest(
        folder,
        text(file, json, "/name"),
        number(file, json, "/layers"),
        number(file, json, "/width"),
        number(file, json, "/key_value_heads"),
        number(file, json, "/head_size"),
        number(file, json, "/vocabulary"),
        number(file, json, "/context"),
        number(file, json, "/chat/begin"),
        number(file, json, "/chat/end"),
        text(file, json, "/chat/system"),
        softPrompt(file, json));
  }

  private static @Nullable SoftPromptShape softPrompt(Path file, JsonNode json) {
    if (!json.hasNonNull("soft_prompt")) {
      return null;
    }
    return new SoftPromptShape(
        number(file, json, "/soft_prompt/tokens"), number(file, json, "/soft_prompt/history"));
  }

  private static Path newest(Path model) {
    try (Stream<Path> versions = Files.list(model)) {
      return versions
          .filter(version -> version.getFileName().toString().matches("[1-9][0-9]{0,8}"))
          .max(
              Comparator.comparingInt(
                  version -> Integer.parseInt(version.getFileName().toString())))
          .orElseThrow(
              () ->
                  new ModelLoadException(
                      model
                          + " has no version folder such as 1; name the folder that the conversion"
                          + " of a language model wrote"));
    } catch (IOException e) {
      throw new ModelLoadException(model + " cannot be read: " + e, e);
    }
  }

  private static int number(Path file, JsonNode json, String path) {
    JsonNode value = json.at(path);
    if (!value.isInt() || value.intValue() < 0) {
      throw new ModelLoadException(file + ": " + path + " is " + value + ", not a whole number");
    }
    return value.intValue();
  }

  private static String text(Path file, JsonNode json, String path) {
    JsonNode value = json.at(path);
    if (!value.isTextual()) {
      throw new ModelLoadException(file + ": " + path + " is " + value + ", not a text");
    }
    return value.textValue();
  }

  /** Sizes with a cache for so many texts of that length. */
  public DecoderShape shape(int slots, int length) {
    return new DecoderShape(layers, width, keyValueHeads, headSize, vocabulary, slots, length);
  }
}
