package io.millrace.flink.records;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The type of everything that flows between operators; no operator lets Flink guess one. */
public final class RecordTypes {
  /** Inputs of users. */
  public static final TypeInformation<UserInput> USER_INPUT =
      new SerializedType<>(UserInput.class, new UserInputSerializer());

  /** Counts of items. */
  public static final TypeInformation<ItemCount> ITEM_COUNT =
      new SerializedType<>(ItemCount.class, new ItemCountSerializer());

  /** Popular items of one instance. */
  public static final TypeInformation<TopItemsOfPart> TOP_ITEMS_OF_PART =
      new SerializedType<>(TopItemsOfPart.class, new TopItemsOfPartSerializer());

  /** Popular items of all. */
  public static final TypeInformation<PopularNow> POPULAR_NOW =
      new SerializedType<>(PopularNow.class, new PopularNowSerializer());

  /** What every instance that makes lists must know. */
  public static final TypeInformation<SharedInput> SHARED_INPUT =
      new SerializedType<>(SharedInput.class, new SharedInputSerializer());

  /** What profiles are made of. */
  public static final TypeInformation<ProfileInput> PROFILE_INPUT =
      new SerializedType<>(ProfileInput.class, new ProfileInputSerializer());

  /** What the catalogue says of items. */
  public static final TypeInformation<ItemUpdate> ITEM_UPDATE =
      new SerializedType<>(ItemUpdate.class, new ItemUpdateSerializer());

  /** Changes of profiles. */
  public static final TypeInformation<ProfileChange> PROFILE_CHANGE =
      new SerializedType<>(ProfileChange.class, new ProfileChangeSerializer());

  /** Changes of what is known of items. */
  public static final TypeInformation<KnowledgeChange> KNOWLEDGE_CHANGE =
      new SerializedType<>(KnowledgeChange.class, new KnowledgeChangeSerializer());

  /** What reranking is made of. */
  public static final TypeInformation<RerankInput> RERANK_INPUT =
      new SerializedType<>(RerankInput.class, new RerankInputSerializer());

  /** Changes of what a language model said of lists. */
  public static final TypeInformation<RerankedChange> RERANKED_CHANGE =
      new SerializedType<>(RerankedChange.class, new RerankedChangeSerializer());

  /** Questions to a language model. */
  public static final TypeInformation<LanguageModelCall> LANGUAGE_MODEL_CALL =
      new SerializedType<>(LanguageModelCall.class, new LanguageModelCallSerializer());

  /** Lists. */
  public static final TypeInformation<Recommendation> RECOMMENDATION = avro(Recommendation.class);

  /** What lists were made from. */
  public static final TypeInformation<RecommendationInput> RECOMMENDATION_INPUT =
      avro(RecommendationInput.class);

  /** Refused records. */
  public static final TypeInformation<DeadLetter> DEAD_LETTER = avro(DeadLetter.class);

  private RecordTypes() {}

  /** An Avro record. */
  public static <V extends SpecificRecord> TypeInformation<V> avro(Class<V> type) {
    return new SerializedType<>(type, new AvroRecordSerializer<>(type));
  }

  /** What a source with values of this class reads. */
  @SuppressWarnings("unchecked") // a class literal cannot name a parameterised type
  public static <V extends SpecificRecord> TypeInformation<SourceRecord<V>> sourceRecord(
      Class<V> valueType) {
    return new SerializedType<>(
        (Class<SourceRecord<V>>) (Class<?>) SourceRecord.class,
        new SourceRecordSerializer<>(valueType));
  }
}
