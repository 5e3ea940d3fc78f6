package io.millrace.flink.functions;

import io.millrace.flink.records.ItemCount;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.SharedInput.Popular;
import io.millrace.flink.records.UserInput;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Wires popular-now: counts beside the source, top of each instance by item, one merge. */
public final class PopularItems {
  private PopularItems() {}

  /**
   * What is popular, from what users do.
   *
   * @param interactions what was admitted; other inputs in it are not counted
   * @return one list whenever the order changes, at parallelism 1; to be broadcast
   */
  public static DataStream<SharedInput> of(
      DataStream<UserInput> interactions, PopularSettings settings) {
    return interactions
        .transform("count items", RecordTypes.ITEM_COUNT, new CountItems(settings))
        .uid("count-items")
        .keyBy(ItemCount::itemId, Types.STRING)
        .transform("top items", RecordTypes.TOP_ITEMS_OF_PART, new TopItems(settings))
        .uid("top-items")
        .transform("merge popular", RecordTypes.POPULAR_NOW, new MergePopular(settings))
        .uid("merge-popular")
        .setParallelism(1)
        .map(Popular::new, RecordTypes.SHARED_INPUT)
        .name("popular now")
        .uid("share-popular")
        .setParallelism(1);
  }
}
