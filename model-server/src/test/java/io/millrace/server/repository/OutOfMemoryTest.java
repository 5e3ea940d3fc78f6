package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.TinyModels;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that asks for more memory than there is fails that request, and nothing else. */
class OutOfMemoryTest {
  private static final long MORE_THAN_ANY_MACHINE_HAS = 1L << 45;

  private static List<Tensor> zeros(long count) {
    ByteBuffer data = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return List.of(new Tensor("count", DataType.INT64, new long[] {1}, data.putLong(count).flip()));
  }

  @Test
  void itFailsAloneAndBothModelsGoOn(@TempDir Path temporary) throws IOException {
    Path folder = TinyModels.copyTo(temporary.resolve("models"));
    Path greedy = Files.createDirectories(folder.resolve("greedy/1"));
    Path source = TinyModels.folder().resolveSibling("greedy-models").resolve("greedy");
    Files.copy(source.resolve("1/model.onnx"), greedy.resolve("model.onnx"));
    Files.copy(source.resolve("config.pbtxt"), greedy.resolveSibling("config.pbtxt"));
    try (ModelRepository models =
        ModelRepository.load(folder, TinyModels.defaults(), System::nanoTime)) {
      assertThatThrownBy(
              () -> Trial.run(models.find("greedy", ""), zeros(MORE_THAN_ANY_MACHINE_HAS), "much"))
          .hasMessageContaining("model 'greedy': ONNX Runtime")
          .cause()
          .extracting(e -> ((InferenceException) e).code())
          .isEqualTo(InferenceException.Code.RESOURCE_EXHAUSTED);
      assertThat(AffineCall.ask(models, "", 1).join().y()).isEqualTo(3);
      assertThat(Trial.run(models.find("greedy", ""), zeros(4), "little").get(0).data().getFloat())
          .isZero();
    }
  }
}
