package io.millrace.flink.features;

import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.Interaction;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user did: the event sequence, the items seen, and the tombstone of an erasure, in one
 * value because every event touches all of them.
 *
 * <p>Flags say whether the user has a profile, whether requests are held back, whether rules are
 * about the user alone, and whether a language model has to do with the user's lists, so that users
 * without any, which is most of them, never pay for looking.
 */
public final class UserHistory {
  /**
   * Version of the bytes that {@link #writeTo} writes; in 1 nobody had rules, in 2 no lists were
   * looked over.
   */
  public static final int VERSION = 3;

  private static final int PROFILED = 1;
  private static final int HOLDING = 2;
  private static final int RULED = 4;
  private static final int RERANKED = 8;

  private final EventSequence sequence;
  private final SeenItems seen;
  private long erasedUpTo = Long.MIN_VALUE;
  private long erasureKeptUntil;
  private boolean profiled;
  private boolean holding;
  private boolean ruled;
  private boolean reranked;

  /** What became of an event. */
  public enum Outcome {
    /** It is part of the sequence now. */
    ADDED,
    /** It is in the sequence already; nothing changed. */
    DUPLICATE,
    /** It is too old for the sequence; nothing changed. */
    LATE,
    /** It is covered by an erasure; nothing changed. */
    ERASED
  }

  /** The history of a user of whom nothing is known. */
  public UserHistory() {
    this(new EventSequence(), new SeenItems());
  }

  private UserHistory(EventSequence sequence, SeenItems seen) {
    this.sequence = sequence;
    this.seen = seen;
  }

  /** Takes in an event that names an item. */
  public Outcome add(Interaction event, HistoryRules rules) {
    long time = event.getEventTime().toEpochMilli();
    if (isErased(time)) {
      return Outcome.ERASED;
    }
    long fingerprint = Fingerprint.of(event.getEventId());
    if (sequence.contains(fingerprint)) {
      return Outcome.DUPLICATE;
    }
    if (sequence.isLate(time, rules.latenessMillis())) {
      return Outcome.LATE;
    }
    byte[] item =
        Objects.requireNonNull(event.getItemId(), "itemId").getBytes(StandardCharsets.UTF_8);
    int code = FeatureSchema.eventTypeCode(event.getType());
    sequence.add(event.getEventId(), fingerprint, item, code, time, rules.retainedEvents());
    if (rules.isSeen(code)) {
      seen.add(item, rules.seenCap() + rules.seenSlack());
    }
    return Outcome.ADDED;
  }

  /** Whether an event is in the retained sequence. */
  public boolean contains(String eventId) {
    return sequence.contains(Fingerprint.of(eventId));
  }

  /** How many events were ever added: where a list made now would cut the sequence. */
  public long arrivals() {
    return sequence.arrivals();
  }

  /** How many items were ever seen: where a list made now would cut them. */
  public long seenCount() {
    return seen.added();
  }

  /** The newest event by event time; null without events. */
  public @Nullable String newestEventId() {
    return sequence.newestEventId();
  }

  /** Event time of the newest event, epoch milliseconds; the lowest long without events. */
  public long newestEventTime() {
    return sequence.newestTime();
  }

  /** The sequence as it was when {@code arrivals} events had arrived, the newest {@code most}. */
  public SequenceCut sequenceAt(long arrivals, int most) {
    return sequence.cut(arrivals, most);
  }

  /** The items seen when {@code seenCount} had been seen. */
  public PackedIds seenAt(long seenCount, HistoryRules rules) {
    return seen.upTo(seenCount, rules.seenCap());
  }

  /** Whether something that happened at this time, epoch milliseconds, is covered by an erasure. */
  public boolean isErased(long time) {
    return time <= erasedUpTo;
  }

  /**
   * Forgets everything up to a time and remembers only that.
   *
   * @param time epoch milliseconds, inclusive
   * @param keepUntil processing time, epoch milliseconds, until which the tombstone is needed
   */
  public void erase(long time, long keepUntil, HistoryRules rules) {
    erasedUpTo = Math.max(erasedUpTo, time);
    erasureKeptUntil = Math.max(erasureKeptUntil, keepUntil);
    sequence.purgeUpTo(time);
    seen.clear();
    sequence.forEach(
        (item, code) -> {
          if (rules.isSeen(code)) {
            seen.add(item, rules.seenCap() + rules.seenSlack());
          }
        });
  }

  /** Drops the tombstone when its time has come. */
  public boolean forgetErasure(long now) {
    if (erasedUpTo == Long.MIN_VALUE || now < erasureKeptUntil) {
      return false;
    }
    erasedUpTo = Long.MIN_VALUE;
    erasureKeptUntil = 0;
    return true;
  }

  /** Whether the user has a profile. */
  public boolean isProfiled() {
    return profiled;
  }

  /** Says whether the user has a profile. */
  public void setProfiled(boolean profiled) {
    this.profiled = profiled;
  }

  /** Whether requests of the user wait for an event. */
  public boolean isHolding() {
    return holding;
  }

  /** Says whether requests of the user wait for an event. */
  public void setHolding(boolean holding) {
    this.holding = holding;
  }

  /** Whether rules are about this user alone. */
  public boolean isRuled() {
    return ruled;
  }

  /** Says whether rules are about this user alone. */
  public void setRuled(boolean ruled) {
    this.ruled = ruled;
  }

  /** Whether a language model has looked, or is to look, the user's lists over. */
  public boolean isReranked() {
    return reranked;
  }

  /** Says whether a language model has to do with the user's lists. */
  public void setReranked(boolean reranked) {
    this.reranked = reranked;
  }

  /** Whether there is nothing to keep. */
  public boolean isEmpty() {
    return sequence.size() == 0
        && seen.size() == 0
        && erasedUpTo == Long.MIN_VALUE
        && !profiled
        && !holding
        && !ruled
        && !reranked;
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeByte(
        (profiled ? PROFILED : 0)
            | (holding ? HOLDING : 0)
            | (ruled ? RULED : 0)
            | (reranked ? RERANKED : 0));
    out.writeLong(erasedUpTo);
    Compact.writeSigned(out, erasureKeptUntil);
    sequence.writeTo(out);
    seen.writeTo(out);
  }

  /** Reads what versions 1 to {@link #VERSION} wrote. */
  public static UserHistory readFrom(DataInput in) throws IOException {
    int flags = in.readByte();
    long erasedUpTo = in.readLong();
    long erasureKeptUntil = Compact.readSigned(in);
    UserHistory history = new UserHistory(EventSequence.readFrom(in), SeenItems.readFrom(in));
    history.profiled = (flags & PROFILED) != 0;
    history.holding = (flags & HOLDING) != 0;
    history.ruled = (flags & RULED) != 0;
    history.reranked = (flags & RERANKED) != 0;
    history.erasedUpTo = erasedUpTo;
    history.erasureKeptUntil = erasureKeptUntil;
    return history;
  }
}
