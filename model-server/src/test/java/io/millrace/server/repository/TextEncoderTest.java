package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.server.TinyEncoder;
import io.millrace.server.TinyModels;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The encoder that knows red (3, 4, 0, 0), green (0, 0, 2, 0) and blue (0, 5, 0, 12). */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class TextEncoderTest {
  private static final double ROUNDING = 1e-6;

  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    Path source = TinyEncoder.folder().resolve("words");
    Path target = Files.createDirectories(folder.resolve("words/1"));
    for (String file : new String[] {"1/model.onnx", "1/tokenizer.json", "config.pbtxt"}) {
      Files.copy(source.resolve(file), folder.resolve("words").resolve(file));
    }
    assertThat(target).isDirectory();
  }

  private void configure(String more) throws IOException {
    Files.writeString(
        folder.resolve("words/config.pbtxt"),
        "backend: \"millrace_text\"\n"
            + (more.contains("max_batch") ? "" : "max_batch_size: 8\n")
            + more);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> TinyEncoder.load(folder).close())
        .isInstanceOf(ModelLoadException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static List<Tensor> encode(ServedModel model, String... texts) {
    ByteBuffer data = ByteBuffer.allocate(1_024).order(ByteOrder.LITTLE_ENDIAN);
    for (String text : texts) {
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      data.putInt(content.length).put(content);
    }
    long[] shape = {texts.length, 1};
    return Trial.run(
        model, List.of(new Tensor("text", DataType.BYTES, shape, data.flip())), "the test");
  }

  private static void assertVector(Tensor vectors, int row, double... expected) {
    ByteBuffer data = vectors.data().position(row * expected.length * Float.BYTES).slice();
    data.order(ByteOrder.LITTLE_ENDIAN);
    for (double element : expected) {
      assertThat((double) data.getFloat()).isCloseTo(element, within(ROUNDING));
    }
  }

  private static List<Integer> tokens(List<Tensor> outputs) {
    ByteBuffer data = outputs.get(1).data();
    return data.remaining() == 4
        ? List.of(data.getInt())
        : List.of(data.getInt(), data.getInt(), data.getInt());
  }

  @Test
  void aVectorIsTheMeanOfItsTokensWithLengthOne() {
    try (ModelRepository models = TinyEncoder.load(folder)) {
      List<Tensor> outputs = encode(models.find("words", ""), "red", "red Green", "");
      assertVector(outputs.get(0), 0, 0.6, 0.8, 0, 0);
      double length = Math.sqrt(29);
      assertVector(outputs.get(0), 1, 3 / length, 4 / length, 2 / length, 0);
      assertVector(outputs.get(0), 2, 0, 0, 0, 0);
      assertThat(tokens(outputs)).containsExactly(1, 2, 0);
    }
  }

  @Test
  void itSaysWhatItIs() {
    try (ModelRepository models = TinyEncoder.load(folder)) {
      ServedModel words = models.find("words", "");
      assertThat(words.description().platform()).isEqualTo("millrace_text");
      assertThat(words.description().outputs().get(0).shape()).containsExactly(-1L, 4L);
      assertThat(words.description().properties())
          .containsEntry("dimensions", "4")
          .containsEntry("max_tokens", "256");
      assertThatThrownBy(() -> encode(words, "1", "2", "3", "4", "5", "6", "7", "8", "9"))
          .hasMessageContaining("there are 9 texts; a request has from 1 to 8");
    }
  }

  @Test
  void theEndOfALongTextIsCutOff() throws IOException {
    configure("parameters { key: \"max_tokens\" value { string_value: \"2\" } }");
    try (ModelRepository models = TinyEncoder.load(folder)) {
      List<Tensor> outputs = encode(models.find("words", ""), "red red blue blue");
      assertVector(outputs.get(0), 0, 0.6, 0.8, 0, 0);
      assertThat(tokens(outputs)).containsExactly(2);
    }
  }

  @Test
  void whatIsMissingOrWrongIsRefusedByName() throws IOException {
    configure("max_batch_size: 0");
    assertRefused("max_batch_size '0' must be at least 1 for a text encoder");
    configure("parameters { key: \"max_tokens\" value { string_value: \"many\" } }");
    assertRefused("parameters max_tokens 'many' must be a number from 2 to 8192");
    configure("parameters { key: \"tokenizer\" value { string_value: \"../t.json\" } }");
    assertRefused("parameters tokenizer '../t.json' must be a name inside the version folder");
    configure("parameters { key: \"pooling\" value { string_value: \"max\" } }");
    assertRefused("parameters 'pooling' is not supported");
    configure("input { name: \"text\" data_type: TYPE_STRING dims: 1 }");
    assertRefused("input, output or batch_input 'given' have no meaning");
    configure("");
    Files.writeString(folder.resolve("words/1/tokenizer.json"), "{}");
    assertRefused("tokenizer.json is no tokenizer that can be used");
    Files.delete(folder.resolve("words/1/tokenizer.json"));
    assertRefused("tokenizer.json is missing; put the tokenizer.json of the encoder");
  }

  @Test
  void aGraphThatEncodesNoTextIsRefused() throws IOException {
    Files.copy(
        TinyModels.folder().resolve("affine/1/model.onnx"),
        folder.resolve("words/1/model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(
        "model 'words' version 1 is no text encoder; its inputs must be input_ids",
        "attention_mask");
  }
}
