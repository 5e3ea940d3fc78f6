package io.millrace.server.bench;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes histories as calls of several rows, as jobs send them, with what is popular now. */
final class RowCalls {
  private static final int FIRST_ITEM = 3;
  private static final int POPULAR = 50;

  private final Bundle bundle;

  /** In the ids of a bundle. */
  RowCalls(Bundle bundle) {
    this.bundle = bundle;
  }

  /** Calls of so many rows each; what is left over makes none. */
  List<InferenceRequest> inBatches(List<RetrieverRow> rows, int size) {
    List<InferenceRequest> calls = new ArrayList<>();
    for (int from = 0; from + size <= rows.size(); from += size) {
      calls.add(call(rows.subList(from, from + size)));
    }
    return calls;
  }

  private InferenceRequest call(List<RetrieverRow> rows) {
    int events = rows.stream().mapToInt(row -> row.items().length).max().orElse(0);
    int excluded = rows.stream().mapToInt(row -> row.excluded().length).max().orElse(0);
    ByteBuffer types = littleEndian(rows.size() * events * Integer.BYTES);
    ByteBuffer ages = littleEndian(rows.size() * events * Float.BYTES);
    ByteBuffer counts = littleEndian(rows.size() * POPULAR * Float.BYTES);
    List<int[]> histories = new ArrayList<>();
    List<int[]> exclusions = new ArrayList<>();
    List<int[]> popular = new ArrayList<>();
    for (RetrieverRow row : rows) {
      histories.add(row.items());
      exclusions.add(row.excluded());
      popular.add(popularNow());
      for (int event = 0; event < events; event++) {
        boolean there = event < row.items().length;
        types.putInt(there ? row.eventTypes()[event] : 0);
        ages.putFloat(there ? row.ageSeconds()[event] : 0);
      }
      for (int place = 0; place < POPULAR; place++) {
        counts.putFloat(POPULAR - place);
      }
    }
    return new InferenceRequest(
        "load",
        List.of(
            tensor("item_id", DataType.BYTES, rows.size(), events, ids(histories, events)),
            tensor("event_type", DataType.INT32, rows.size(), events, types.flip()),
            tensor("age_s", DataType.FP32, rows.size(), events, ages.flip()),
            tensor("exclude_id", DataType.BYTES, rows.size(), excluded, ids(exclusions, excluded)),
            tensor("popular_id", DataType.BYTES, rows.size(), POPULAR, ids(popular, POPULAR)),
            tensor("popular_count", DataType.FP32, rows.size(), POPULAR, counts.flip())),
        List.of(),
        Map.of(),
        Long.MAX_VALUE,
        () -> false);
  }

  /** The catalogue's most popular items, which is what a stream would say. */
  private int[] popularNow() {
    int[] order = bundle.sources().counts().order().items();
    int[] indices = new int[Math.min(POPULAR, order.length)];
    for (int place = 0; place < indices.length; place++) {
      indices[place] = order[place] + FIRST_ITEM;
    }
    return indices;
  }

  private ByteBuffer ids(List<int[]> rows, int width) {
    int bytes = rows.size() * width * Integer.BYTES;
    for (int[] row : rows) {
      for (int index : row) {
        bytes += bundle.vocabulary().idBytes(index);
      }
    }
    ByteBuffer ids = littleEndian(bytes);
    for (int[] row : rows) {
      for (int i = 0; i < width; i++) {
        if (i < row.length) {
          ids.putInt(bundle.vocabulary().idBytes(row[i]));
          bundle.vocabulary().writeId(row[i], ids);
        } else {
          ids.putInt(0);
        }
      }
    }
    return ids.flip();
  }

  private static Tensor tensor(
      String name, DataType type, int rows, int width, ByteBuffer content) {
    return new Tensor(name, type, new long[] {rows, width}, content);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
