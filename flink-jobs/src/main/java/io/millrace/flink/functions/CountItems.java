package io.millrace.flink.functions;

import io.millrace.flink.features.PopularCounts;
import io.millrace.flink.records.ItemCount;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Interacted;
import io.millrace.schemas.avro.Interaction;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts events by item beside the source that reads them, so that one count per item and period
 * crosses the network instead of every event.
 *
 * <p>Nothing is kept across a checkpoint: counts leave before each barrier. Items in memory are
 * bounded: at the bound they leave at once. What could leak: nothing, the counts of an item leave
 * within a period whatever else arrives.
 */
public final class CountItems extends AbstractStreamOperator<ItemCount>
    implements OneInputStreamOperator<UserInput, ItemCount>, BoundedOneInput {
  private static final long serialVersionUID = 1L;
  private static final int MAX_ITEMS = 10_000;

  private final PopularSettings settings;
  private transient @Nullable PopularCounts counts;
  private transient @Nullable OncePerPeriod flushes;

  /** Counts as the settings say. */
  public CountItems(PopularSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open() throws Exception {
    super.open();
    counts = new PopularCounts(settings.halfLife().toMillis());
    flushes = new OncePerPeriod(getProcessingTimeService(), settings.period(), this::flush);
  }

  @Override
  public void processElement(StreamRecord<UserInput> element) {
    if (!(element.getValue() instanceof Interacted interacted)) {
      return;
    }
    Interaction event = interacted.interaction();
    String item = event.getItemId();
    if (item == null || !settings.types().contains(event.getType())) {
      return;
    }
    PopularCounts open = counts();
    open.add(item, 1, event.getEventTime().toEpochMilli());
    if (open.size() >= MAX_ITEMS) {
      flush();
    } else if (flushes != null) {
      flushes.arm();
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    flush();
  }

  @Override
  public void endInput() {
    flush();
  }

  private void flush() {
    counts()
        .drain(
            entry ->
                output.collect(
                    new StreamRecord<>(
                        new ItemCount(entry.itemId(), entry.count(), entry.time()))));
  }

  private PopularCounts counts() {
    if (counts == null) {
      throw new IllegalStateException("not opened");
    }
    return counts;
  }
}
