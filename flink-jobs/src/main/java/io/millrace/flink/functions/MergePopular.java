package io.millrace.flink.functions;

import io.millrace.flink.features.PopularCounts;
import io.millrace.flink.features.PopularCounts.Entry;
import io.millrace.flink.records.ItemCount;
import io.millrace.flink.records.PopularNow;
import io.millrace.flink.records.TopItemsOfPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * At parallelism 1: merges the popular items of all instances into one list, and sends it on once a
 * period while its order changes.
 *
 * <p>Nothing is kept across a checkpoint: after a restart every instance reports again. In memory
 * is the newest report of each instance. What could leak: nothing, there are as many reports as
 * instances.
 */
public final class MergePopular extends AbstractStreamOperator<PopularNow>
    implements OneInputStreamOperator<TopItemsOfPart, PopularNow>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private final PopularSettings settings;
  private transient @Nullable Map<Integer, List<ItemCount>> parts;
  private transient @Nullable OncePerPeriod merges;
  private transient @Nullable PopularNow sent;

  /** Merges as the settings say. */
  public MergePopular(PopularSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open() throws Exception {
    super.open();
    parts = new TreeMap<>();
    sent = PopularNow.NOTHING;
    merges = new OncePerPeriod(getProcessingTimeService(), settings.period(), this::merge);
  }

  @Override
  public void processElement(StreamRecord<TopItemsOfPart> element) {
    parts().put(element.getValue().part(), element.getValue().items());
    if (merges != null) {
      merges.arm();
    }
  }

  @Override
  public void endInput() {
    merge();
  }

  private void merge() {
    PopularCounts counts = new PopularCounts(settings.halfLife().toMillis());
    for (List<ItemCount> part : parts().values()) {
      for (ItemCount item : part) {
        counts.add(item.itemId(), item.count(), item.time());
      }
    }
    List<Entry> top = counts.top(settings.size());
    float[] weights = counts.relative(top);
    List<PopularNow.Item> items = new ArrayList<>(weights.length);
    for (int i = 0; i < weights.length; i++) {
      items.add(new PopularNow.Item(top.get(i).itemId(), weights[i]));
    }
    PopularNow now = new PopularNow(items, counts.newestCount(top));
    if (sent == null || !now.hasOrderOf(sent)) {
      sent = now;
      output.collect(new StreamRecord<>(now));
    }
  }

  private Map<Integer, List<ItemCount>> parts() {
    if (parts == null) {
      throw new IllegalStateException("not opened");
    }
    return parts;
  }
}
