package io.millrace.server.bench;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What each of two twin versions answers to a set of requests when nothing else is going on. */
final class VersionedAnswers {
  /** Of a score; what the size of a batch changes by rounding is far below. */
  private static final float TOLERANCE = 1e-3f;

  /** Of a list; rounding may swap items that nearly tie, and so the last of a list. */
  private static final double COMMON_SHARE = 0.9;

  private final List<List<Answer>> byTwin = List.of(new ArrayList<>(), new ArrayList<>());

  private record Answer(Set<ByteString> ids, float[] scores) {
    static Answer of(ModelInferResponse response) {
      ByteBuffer ids = raw(response, "item_id");
      Set<ByteString> all = new HashSet<>();
      while (ids.hasRemaining()) {
        int length = ids.getInt();
        all.add(ByteString.copyFrom(ids, length));
      }
      float[] scores = new float[raw(response, "score").remaining() / Float.BYTES];
      raw(response, "score").asFloatBuffer().get(scores);
      return new Answer(all, scores);
    }

    private static ByteBuffer raw(ModelInferResponse response, String output) {
      for (int i = 0; i < response.getOutputsCount(); i++) {
        if (response.getOutputs(i).getName().equals(output)) {
          return response
              .getRawOutputContents(i)
              .asReadOnlyByteBuffer()
              .order(ByteOrder.LITTLE_ENDIAN);
        }
      }
      throw new IllegalStateException("an answer has no output '" + output + "'");
    }

    boolean isLike(Answer other) {
      if (scores.length != other.scores.length) {
        return false;
      }
      for (int i = 0; i < scores.length; i++) {
        if (!(Math.abs(scores[i] - other.scores[i])
            <= TOLERANCE * Math.max(1, Math.abs(other.scores[i])))) {
          return false;
        }
      }
      Set<ByteString> common = new HashSet<>(ids);
      common.retainAll(other.ids);
      return common.size() >= COMMON_SHARE * ids.size();
    }
  }

  private static int twin(String version) {
    return Integer.parseInt(version) % 2;
  }

  /** Keeps the answer to the next request, by the version that it names. */
  void add(ModelInferResponse response) {
    byTwin.get(twin(response.getModelVersion())).add(Answer.of(response));
  }

  /**
   * Requires that the twins can be told apart.
   *
   * @throws IllegalArgumentException if they answer some request alike
   */
  void requireDifferent() {
    for (int i = 0; i < byTwin.get(0).size(); i++) {
      if (byTwin.get(0).get(i).isLike(byTwin.get(1).get(i))) {
        throw new IllegalArgumentException(
            "history " + (i + 1) + " of --rows has the same list with other ids; take longer ones");
      }
    }
  }

  /** Whether the answer to a request is that of the version which it names. */
  boolean agrees(int request, ModelInferResponse response) {
    return Answer.of(response).isLike(byTwin.get(twin(response.getModelVersion())).get(request));
  }
}
