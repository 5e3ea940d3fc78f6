package io.millrace.flink.profiles.evidence;

import io.millrace.flink.features.Compact;
import io.millrace.flink.profiles.ItemCard;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far what a user chose lately differs from what they chose before: the total variation
 * distance of the two distributions over item attributes, 0 when they are alike and 1 when they
 * share nothing.
 *
 * <p><b>State.</b> Attribute values are hashed into {@value #BUCKETS} buckets, counted once for
 * what is known and once for what is fresh: constant in size, whatever the catalogue.
 */
final class TasteDrift {
  static final int BUCKETS = 32;

  private final int[] known = new int[BUCKETS];
  private final int[] fresh = new int[BUCKETS];

  void add(ItemCard card) {
    card.attributes()
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        fresh[Math.floorMod(31 * name.hashCode() + value.hashCode(), BUCKETS)]++));
  }

  /** What was fresh is known now. */
  void settle() {
    for (int i = 0; i < BUCKETS; i++) {
      known[i] += fresh[i];
      fresh[i] = 0;
    }
  }

  void forget() {
    Arrays.fill(known, 0);
    Arrays.fill(fresh, 0);
  }

  /** 0 to 1; 0 while one side has nothing. */
  double distance() {
    double knownSum = sum(known);
    double freshSum = sum(fresh);
    if (knownSum == 0 || freshSum == 0) {
      return 0;
    }
    double distance = 0;
    for (int i = 0; i < BUCKETS; i++) {
      distance += Math.abs(known[i] / knownSum - fresh[i] / freshSum);
    }
    return distance / 2;
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  void writeTo(DataOutput out) throws IOException {
    for (int i = 0; i < BUCKETS; i++) {
      Compact.write(out, known[i]);
      Compact.write(out, fresh[i]);
    }
  }

  static TasteDrift readFrom(DataInput in) throws IOException {
    TasteDrift drift = new TasteDrift();
    for (int i = 0; i < BUCKETS; i++) {
      drift.known[i] = Compact.readLength(in);
      drift.fresh[i] = Compact.readLength(in);
    }
    return drift;
  }
}
