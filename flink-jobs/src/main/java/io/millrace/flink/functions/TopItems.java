package io.millrace.flink.functions;

import io.millrace.flink.features.PopularCounts;
import io.millrace.flink.features.PopularCounts.Entry;
import io.millrace.flink.records.ItemCount;
import io.millrace.flink.records.ItemCountSerializer;
import io.millrace.flink.records.TopItemsOfPart;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Keyed by item: keeps each item's decayed count, and says which of this instance's items are the
 * most popular.
 *
 * <p><b>State.</b> One value per item, and the same counts in memory to rank them. Both are
 * bounded: beyond the bound plus a tenth, the least popular are forgotten. What could leak: an item
 * that no event names again stays until more popular items push it out; the bound holds whatever
 * arrives.
 */
public final class TopItems extends AbstractStreamOperator<TopItemsOfPart>
    implements OneInputStreamOperator<ItemCount, TopItemsOfPart>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final ValueStateDescriptor<ItemCount> STATE =
      new ValueStateDescriptor<>("item-count", new ItemCountSerializer());

  private final PopularSettings settings;
  private transient @Nullable PopularCounts counts;
  private transient @Nullable ValueState<ItemCount> stored;
  private transient @Nullable OncePerPeriod reports;

  /** Counts as the settings say. */
  public TopItems(PopularSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    PopularCounts restored = new PopularCounts(settings.halfLife().toMillis());
    counts = restored;
    stored = context.getKeyedStateStore().getState(STATE);
    if (context.isRestored()) {
      getKeyedStateBackend()
          .applyToAllKeys(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              STATE,
              (key, state) -> {
                ItemCount item = state.value();
                restored.add(item.itemId(), item.count(), item.time());
              });
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    reports = new OncePerPeriod(getProcessingTimeService(), settings.period(), this::report);
    if (counts().size() > 0) {
      reports.arm();
    }
  }

  @Override
  public void processElement(StreamRecord<ItemCount> element) throws Exception {
    ItemCount added = element.getValue();
    PopularCounts open = counts();
    Entry sum = open.add(added.itemId(), added.count(), added.time());
    stored().update(new ItemCount(sum.itemId(), sum.count(), sum.time()));
    if (open.size() > settings.maxItemsPerTask() + settings.maxItemsPerTask() / 10) {
      prune(open);
    }
    if (reports != null) {
      reports.arm();
    }
  }

  private void prune(PopularCounts open) {
    for (String forgotten : open.prune(settings.maxItemsPerTask())) {
      setCurrentKey(forgotten);
      stored().clear();
    }
  }

  @Override
  public void endInput() {
    report();
  }

  private void report() {
    List<ItemCount> top = new ArrayList<>();
    for (Entry entry : counts().top(settings.size())) {
      top.add(new ItemCount(entry.itemId(), entry.count(), entry.time()));
    }
    int part = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    output.collect(new StreamRecord<>(new TopItemsOfPart(part, top)));
  }

  private PopularCounts counts() {
    if (counts == null) {
      throw new IllegalStateException("not initialized");
    }
    return counts;
  }

  private ValueState<ItemCount> stored() {
    if (stored == null) {
      throw new IllegalStateException("not initialized");
    }
    return stored;
  }
}
