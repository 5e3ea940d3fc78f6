package io.millrace.server.recommender;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.sources.KeywordIndex;
import io.millrace.server.sources.Keywords;
import io.millrace.server.sources.PopularNow;
import io.millrace.server.sources.SourceRow;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request into rows of the retriever, or refuses it. Everything that a graph could stumble
 * over is refused here, before the request joins others in a batch.
 */
final class RowReader {
  /** Items of a list when the caller does not say. */
  static final int DEFAULT_K = 10;

  /** Above any age, and far below where single precision would lose what a graph adds to it. */
  private static final float MOST_AGE_S = 1e12f;

  /** Far above any element of a vector of an encoder, and far below what products overflow with. */
  private static final float MOST_ELEMENT = 1e6f;

  private static final String FEATURE_SCHEMA = "feature_schema";
  private static final int MAX_EVENT_TYPE =
      Arrays.stream(InteractionType.values())
          .mapToInt(FeatureSchema::eventTypeCode)
          .max()
          .orElseThrow();

  private static final int[] NONE = {};
  private static final @Nullable Keywords[] NO_KEYWORDS = new Keywords[0];
  private static final PopularNow[] NO_POPULAR = new PopularNow[0];

  private final String model;
  private final Bundle bundle;
  private final int maxRows;
  private final RequestTensors tensors;
  private final List<TensorSpec> unusable;

  /**
   * For requests to a model of that name.
   *
   * @param maxRows most rows of a request
   */
  RowReader(String model, Bundle bundle, int maxRows) {
    this.model = model;
    this.bundle = bundle;
    this.maxRows = maxRows;
    this.tensors = new RequestTensors(model);
    this.unusable = unusable(bundle);
  }

  private static List<TensorSpec> unusable(Bundle bundle) {
    List<TensorSpec> unusable = new ArrayList<>();
    if (bundle.sources().keywords() == null) {
      unusable.add(RecommenderSignature.KEYWORD);
      unusable.add(RecommenderSignature.KEYWORD_WEIGHT);
    }
    if (!bundle.usesPopularNow()) {
      unusable.add(RecommenderSignature.POPULAR_ID);
      unusable.add(RecommenderSignature.POPULAR_COUNT);
    }
    if (bundle.sources().texts() == null) {
      unusable.add(RecommenderSignature.DIVERSITY);
    }
    return List.copyOf(unusable);
  }

  /**
   * Reads.
   *
   * @return at least one row
   * @throws InferenceException if the request is not rows of the signature
   */
  List<RecommendRow> read(InferenceRequest request) {
    checkFeatureSchema(request);
    Tensor ids = tensors.required(request, RecommenderSignature.ITEM_ID);
    int rows = rows(ids);
    int[][] items = new IdRows(model, ids, bundle.vocabulary()).all();
    IntBuffer types =
        tensors.like(ids, tensors.required(request, RecommenderSignature.EVENT_TYPE)).asIntBuffer();
    FloatBuffer ages =
        tensors.like(ids, tensors.required(request, RecommenderSignature.AGE_S)).asFloatBuffer();
    Tensor excludeIds = tensors.optional(request, RecommenderSignature.EXCLUDE_ID, rows);
    int[][] excluded =
        excludeIds == null ? null : new IdRows(model, excludeIds, bundle.vocabulary()).known();
    Tensor profiles = tensors.optional(request, RecommenderSignature.PROFILE, rows);
    Tensor queries = tensors.optional(request, RecommenderSignature.QUERY, rows);
    Tensor ks = tensors.optional(request, RecommenderSignature.K, rows);
    Tensor diversities = tensors.optional(request, RecommenderSignature.DIVERSITY, rows);
    Keywords[] keywords = keywords(request, rows);
    PopularNow[] popular = popular(request, rows);
    boolean explained = isExplained(request);
    int width = Math.toIntExact(ids.dim(1));
    List<RecommendRow> read = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      int end = row * width + items[row].length;
      int begin = row * width;
      checkTypes(types, begin, end);
      checkAges(ages, begin, end);
      int cut = Math.max(0, items[row].length - bundle.manifest().maxHistory());
      RetrieverRow retriever =
          new RetrieverRow(
              cut == 0 ? items[row] : Arrays.copyOfRange(items[row], cut, items[row].length),
              slice(types, begin + cut, end),
              slice(ages, begin + cut, end),
              excluded == null ? NONE : excluded[row],
              vector(profiles, row),
              vector(queries, row),
              k(ks, row));
      read.add(
          new RecommendRow(
              retriever,
              new SourceRow(
                  numbers(retriever.items()),
                  retriever.ageSeconds(),
                  numbers(retriever.excluded()),
                  retriever.profile(),
                  keywords.length == 0 ? null : keywords[row],
                  popular.length == 0 ? PopularNow.UNKNOWN : popular[row]),
              diversity(diversities, row),
              explained));
    }
    return read;
  }

  /** Inputs that the request has and the bundle cannot use. */
  List<String> ignored(InferenceRequest request) {
    List<String> ignored = List.of();
    for (TensorSpec input : unusable) {
      if (request.input(input.name()) != null) {
        ignored = ignored.isEmpty() ? new ArrayList<>() : ignored;
        ignored.add(input.name());
      }
    }
    return ignored;
  }

  private static boolean isExplained(InferenceRequest request) {
    for (TensorSpec output : RecommenderSignature.CANDIDATE_OUTPUTS) {
      if (request.requestedOutputs().contains(output.name())) {
        return true;
      }
    }
    return false;
  }

  /** The keywords of each row that has known ones; checked even where the bundle ignores them. */
  private @Nullable Keywords[] keywords(InferenceRequest request, int rows) {
    Tensor texts = tensors.optional(request, RecommenderSignature.KEYWORD, rows);
    Tensor weights = tensors.optional(request, RecommenderSignature.KEYWORD_WEIGHT, rows);
    if (texts == null || weights == null) {
      tensors.refuseOneAlone(
          texts, RecommenderSignature.KEYWORD, weights, RecommenderSignature.KEYWORD_WEIGHT);
      return NO_KEYWORDS;
    }
    KeywordIndex index = bundle.sources().keywords();
    Keywords[] read = new KeywordReader(model, texts, weights, index).all();
    return index == null ? NO_KEYWORDS : read;
  }

  /** What is popular for each row; nothing where the caller does not say. */
  private PopularNow[] popular(InferenceRequest request, int rows) {
    Tensor ids = tensors.optional(request, RecommenderSignature.POPULAR_ID, rows);
    Tensor counts = tensors.optional(request, RecommenderSignature.POPULAR_COUNT, rows);
    if (ids == null || counts == null) {
      tensors.refuseOneAlone(
          ids, RecommenderSignature.POPULAR_ID, counts, RecommenderSignature.POPULAR_COUNT);
      return NO_POPULAR;
    }
    return new PopularReader(model, ids, counts, bundle.vocabulary()).all();
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

  private int rows(Tensor ids) {
    if (ids.dim(0) < 1 || ids.dim(0) > maxRows) {
      throw invalid(
          "model '%s': input '%s' has %d rows; a request has 1 to %d",
          model, ids.name(), ids.dim(0), maxRows);
    }
    return (int) ids.dim(0);
  }

  private void checkTypes(IntBuffer types, int begin, int end) {
    for (int i = begin; i < end; i++) {
      int type = types.get(i);
      if (type < 0 || type > MAX_EVENT_TYPE) {
        throw invalid(
            "model '%s': input 'event_type' element %d is %d; codes go from 0 to %d",
            model, i, type, MAX_EVENT_TYPE);
      }
    }
  }

  private void checkAges(FloatBuffer ages, int begin, int end) {
    for (int i = begin; i < end; i++) {
      float age = ages.get(i);
      if (!(age >= 0 && age <= MOST_AGE_S)) {
        throw invalid(
            "model '%s': input 'age_s' element %d is %s; it is seconds, from 0 to %s",
            model, i, age, MOST_AGE_S);
      }
    }
  }

  private static int[] slice(IntBuffer values, int begin, int end) {
    int[] slice = new int[end - begin];
    values.get(begin, slice);
    return slice;
  }

  private static float[] slice(FloatBuffer values, int begin, int end) {
    float[] slice = new float[end - begin];
    values.get(begin, slice);
    return slice;
  }

  /** A row's vector; null without the tensor, and for zeros only. */
  private @Nullable FloatBuffer vector(@Nullable Tensor tensor, int row) {
    if (tensor == null) {
      return null;
    }
    int dims = Math.toIntExact(tensor.dim(1));
    FloatBuffer values = tensor.data().asFloatBuffer().slice(row * dims, dims);
    boolean zeros = true;
    for (int i = 0; i < dims; i++) {
      float value = values.get(i);
      if (!(Math.abs(value) <= MOST_ELEMENT)) {
        throw invalid(
            "model '%s': input '%s' element %d is %s; it must be finite, at most %s in size",
            model, tensor.name(), row * dims + i, value, MOST_ELEMENT);
      }
      zeros &= value == 0;
    }
    return zeros ? null : values;
  }

  private int k(@Nullable Tensor tensor, int row) {
    int most = bundle.manifest().k();
    if (tensor == null) {
      return Math.min(DEFAULT_K, most);
    }
    int k = tensor.data().getInt(row * Integer.BYTES);
    if (k < 1 || k > most) {
      throw invalid("model '%s': input 'k' is %d; it goes from 1 to %d", model, k, most);
    }
    return k;
  }

  private float diversity(@Nullable Tensor tensor, int row) {
    if (tensor == null) {
      return 0;
    }
    float diversity = tensor.data().getFloat(row * Float.BYTES);
    if (!(diversity >= 0 && diversity <= 1)) {
      throw invalid(
          "model '%s': input 'diversity' element %d is %s; it goes from 0 to 1",
          model, row, diversity);
    }
    return diversity;
  }

  /** Indices of the graph as numbers of items. */
  private static int[] numbers(int[] indices) {
    int[] numbers = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      numbers[i] =
          indices[i] < Vocabulary.FIRST_ITEM
              ? SourceRow.UNKNOWN
              : indices[i] - Vocabulary.FIRST_ITEM;
    }
    return numbers;
  }
}
