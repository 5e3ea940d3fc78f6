package io.millrace.flink.records;

import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Recommendation;
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

  /** Lists. */
  public static final TypeInformation<Recommendation> RECOMMENDATION = avro(Recommendation.class);

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
