package io.millrace.server.recommender;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request into a row of the retriever, or refuses it. Everything that a graph could stumble
 * over is refused here, before the request joins others in a batch.
 */
final class RowReader {
  /** Items of a list when the caller does not say. */
  static final int DEFAULT_K = 10;

  private static final String FEATURE_SCHEMA = "feature_schema";
  private static final int LENGTH_BYTES = 4;
  private static final int MAX_EVENT_TYPE =
      Arrays.stream(InteractionType.values())
          .mapToInt(FeatureSchema::eventTypeCode)
          .max()
          .orElseThrow();

  private final String model;
  private final Bundle bundle;

  RowReader(String model, Bundle bundle) {
    this.model = model;
    this.bundle = bundle;
  }

  /**
   * Reads.
   *
   * @throws InferenceException if the request is not one row of the signature
   */
  RetrieverRow read(InferenceRequest request) {
    checkFeatureSchema(request);
    Tensor ids = required(request, RecommenderSignature.ITEM_ID);
    int[] items = indices(ids);
    int[] types = eventTypes(required(request, RecommenderSignature.EVENT_TYPE), items.length);
    float[] ages = ages(required(request, RecommenderSignature.AGE_S), items.length);
    int cut = Math.max(0, items.length - bundle.manifest().maxHistory());
    return new RetrieverRow(
        newest(items, cut),
        newest(types, cut),
        cut == 0 ? ages : Arrays.copyOfRange(ages, cut, ages.length),
        excluded(optional(request, RecommenderSignature.EXCLUDE_ID)),
        finite(optional(request, RecommenderSignature.PROFILE)),
        finite(optional(request, RecommenderSignature.QUERY)),
        k(optional(request, RecommenderSignature.K)));
  }

  private void checkFeatureSchema(InferenceRequest request) {
    Object given = request.parameters().get(FEATURE_SCHEMA);
    if (given != null && !given.equals(bundle.manifest().featureSchema())) {
      throw new InferenceException(
          InferenceException.Code.FAILED_PRECONDITION,
          String.format(
              "model '%s' version %s computes with feature schema '%s', the caller with '%s'; bring"
                  + " both to one version",
              model, bundle.version(), bundle.manifest().featureSchema(), given));
    }
  }

  private Tensor required(InferenceRequest request, TensorSpec spec) {
    Tensor tensor = optional(request, spec);
    if (tensor == null) {
      throw invalid(
          "model '%s': input '%s' is missing; it is %s %s",
          model, spec.name(), spec.type(), spec.shape());
    }
    return tensor;
  }

  private @Nullable Tensor optional(InferenceRequest request, TensorSpec spec) {
    Tensor tensor = request.input(spec.name());
    if (tensor != null) {
      spec.check(model, tensor);
      if (tensor.dim(0) != 1) {
        throw invalid(
            "model '%s': input '%s' has shape %s; a request is one row, so the first dimension must"
                + " be 1",
            model, spec.name(), Arrays.toString(tensor.shape()));
      }
    }
    return tensor;
  }

  private int[] indices(Tensor ids) {
    byte[] bytes = bytes(ids);
    ByteBuffer lengths = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] indices = new int[ids.elements()];
    int offset = 0;
    for (int i = 0; i < indices.length; i++) {
      int length = lengths.getInt(offset);
      offset += LENGTH_BYTES;
      indices[i] = bundle.vocabulary().indexOf(bytes, offset, length);
      if (indices[i] == Vocabulary.UNKNOWN) {
        requireUtf8(ids, i, ByteBuffer.wrap(bytes, offset, length));
      }
      offset += length;
    }
    return indices;
  }

  private int[] excluded(@Nullable Tensor ids) {
    if (ids == null) {
      return new int[0];
    }
    int[] indices = indices(ids);
    int known = 0;
    for (int index : indices) {
      if (index != Vocabulary.UNKNOWN) {
        indices[known++] = index;
      }
    }
    return known == indices.length ? indices : Arrays.copyOf(indices, known);
  }

  private void requireUtf8(Tensor ids, int element, ByteBuffer id) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(id);
    } catch (CharacterCodingException e) {
      throw invalid("model '%s': input '%s' element %d is not UTF-8", model, ids.name(), element);
    }
  }

  private int[] eventTypes(Tensor tensor, int length) {
    requireLength(tensor, length);
    int[] types = new int[length];
    IntBuffer data = tensor.data().asIntBuffer();
    data.get(types);
    for (int i = 0; i < length; i++) {
      if (types[i] < 0 || types[i] > MAX_EVENT_TYPE) {
        throw invalid(
            "model '%s': input 'event_type' element %d is %d; codes go from 0 to %d",
            model, i, types[i], MAX_EVENT_TYPE);
      }
    }
    return types;
  }

  private float[] ages(Tensor tensor, int length) {
    requireLength(tensor, length);
    float[] ages = new float[length];
    tensor.data().asFloatBuffer().get(ages);
    for (int i = 0; i < length; i++) {
      if (!(ages[i] >= 0 && ages[i] < Float.POSITIVE_INFINITY)) {
        throw invalid(
            "model '%s': input 'age_s' element %d is %s; it is seconds, at least 0",
            model, i, ages[i]);
      }
    }
    return ages;
  }

  private void requireLength(Tensor tensor, int length) {
    if (tensor.dim(1) != length) {
      throw invalid(
          "model '%s': input '%s' has %d elements, 'item_id' has %d; they must be as many",
          model, tensor.name(), tensor.dim(1), length);
    }
  }

  private @Nullable Tensor finite(@Nullable Tensor vector) {
    if (vector != null) {
      FloatBuffer data = vector.data().asFloatBuffer();
      for (int i = 0; i < data.limit(); i++) {
        if (!Float.isFinite(data.get(i))) {
          throw invalid(
              "model '%s': input '%s' element %d is %s; it must be finite",
              model, vector.name(), i, data.get(i));
        }
      }
    }
    return vector;
  }

  private int k(@Nullable Tensor tensor) {
    int most = bundle.manifest().k();
    if (tensor == null) {
      return Math.min(DEFAULT_K, most);
    }
    int k = tensor.data().getInt();
    if (k < 1 || k > most) {
      throw invalid("model '%s': input 'k' is %d; it goes from 1 to %d", model, k, most);
    }
    return k;
  }

  private static int[] newest(int[] values, int from) {
    return from == 0 ? values : Arrays.copyOfRange(values, from, values.length);
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[tensor.byteSize()];
    tensor.data().get(bytes);
    return bytes;
  }
}
