package io.millrace.server.bench;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes histories as calls of the recommender, in the ids of a bundle. */
final class RecommenderCalls {
  private final String model;
  private final Bundle bundle;

  /** For a recommender of that name. */
  RecommenderCalls(String model, Bundle bundle) {
    this.model = model;
    this.bundle = bundle;
  }

  /**
   * A call for the list that follows one history.
   *
   * @throws IllegalArgumentException if the history names what is no item
   */
  ModelInferRequest of(RetrieverRow row) {
    int n = row.items().length;
    ByteBuffer types = littleEndian(n * Integer.BYTES);
    types.asIntBuffer().put(row.eventTypes());
    ByteBuffer ages = littleEndian(n * Float.BYTES);
    ages.asFloatBuffer().put(row.ageSeconds());
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName(model).setId("load");
    add(request, "item_id", "BYTES", n, ids(row.items()));
    add(request, "event_type", "INT32", n, types);
    add(request, "age_s", "FP32", n, ages);
    add(request, "exclude_id", "BYTES", row.excluded().length, ids(row.excluded()));
    return request.build();
  }

  private static void add(
      ModelInferRequest.Builder request, String name, String type, int elements, ByteBuffer data) {
    request.addInputsBuilder().setName(name).setDatatype(type).addShape(1).addShape(elements);
    request.addRawInputContents(ByteString.copyFrom(data));
  }

  private ByteBuffer ids(int[] indices) {
    int bytes = 0;
    for (int index : indices) {
      if (!bundle.vocabulary().isItem(index)) {
        throw new IllegalArgumentException(
            "--rows names item index " + index + ", which is no item of the bundle; leave it out");
      }
      bytes += Integer.BYTES + bundle.vocabulary().idBytes(index);
    }
    ByteBuffer ids = littleEndian(bytes);
    for (int index : indices) {
      ids.putInt(bundle.vocabulary().idBytes(index));
      bundle.vocabulary().writeId(index, ids);
    }
    return ids.flip();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
