package io.millrace.flink.profiles.evidence;

import io.millrace.flink.features.Compact;
import io.millrace.flink.features.Fingerprint;
import io.millrace.flink.profiles.EvidenceEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a user did, as far as profiles are written from it, and how much of it no refresh knows yet.
 *
 * <p><b>State.</b> The newest events, with what the catalogue said of their items; counts;
 * fingerprints of the newest {@value #REMEMBERED} event ids, by which a duplicate is recognised;
 * the tombstone of an erasure.
 *
 * <p><b>Retention.</b> {@link RefreshPolicy#maxEvents} events by order of arrival.
 *
 * <p><b>Update.</b> {@link #add} with each event, {@link #freeze} when {@link #isWorthwhile}.
 */
public final class UserEvidence {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  private static final int REMEMBERED = 64;

  private final TasteDrift drift;
  private final List<EvidenceEvent> events;
  private final List<Long> fingerprints;
  private long known;
  private long fresh;
  private long freshWorth;
  private long live;
  private long erasedUpTo = Long.MIN_VALUE;
  private long erasureKeptUntil;

  /** What became of an event. */
  public enum Outcome {
    /** It is evidence now. */
    ADDED,
    /** It was evidence already; nothing changed. */
    DUPLICATE,
    /** It is covered by an erasure; nothing changed. */
    ERASED
  }

  /** Of a user of whom nothing is known. */
  public UserEvidence() {
    this(new TasteDrift(), new ArrayList<>(), new ArrayList<>());
  }

  private UserEvidence(TasteDrift drift, List<EvidenceEvent> events, List<Long> fingerprints) {
    this.drift = drift;
    this.events = events;
    this.fingerprints = fingerprints;
  }

  /**
   * Takes an event in.
   *
   * @param isLive whether it happened just now, and is not a backfill
   */
  public Outcome add(EvidenceEvent event, boolean isLive, RefreshPolicy policy) {
    if (isErased(event.eventTime())) {
      return Outcome.ERASED;
    }
    Long fingerprint = Fingerprint.of(event.eventId());
    if (fingerprints.contains(fingerprint)) {
      return Outcome.DUPLICATE;
    }
    fingerprints.add(fingerprint);
    trim(fingerprints, REMEMBERED);
    events.add(event);
    trim(events, policy.maxEvents());
    fresh++;
    freshWorth += event.statement() == null ? 1 : policy.statementWorth();
    live += isLive ? 1 : 0;
    if (event.item() != null) {
      drift.add(event.item());
    }
    return Outcome.ADDED;
  }

  private static void trim(List<?> list, int most) {
    if (list.size() > most) {
      list.subList(0, list.size() - most).clear();
    }
  }

  /** Whether there is anything to write a profile from. */
  public boolean hasEvents() {
    return !events.isEmpty();
  }

  /** Events since the last refresh that happened just now. */
  public long live() {
    return live;
  }

  /** Whether a refresh is worth it now. */
  public boolean isWorthwhile(RefreshPolicy policy) {
    return policy.isWorthwhile(known, freshWorth, drift.distance());
  }

  /**
   * What a refresh would be written from now; after this it is known.
   *
   * @param now the machine's clock, epoch milliseconds
   */
  public FrozenEvidence freeze(RefreshPolicy policy, long now) {
    List<EvidenceEvent> ordered = new ArrayList<>(events);
    ordered.sort(Comparator.comparingLong(EvidenceEvent::eventTime));
    double gain = policy.gain(known, freshWorth, drift.distance(), live);
    known += fresh;
    fresh = 0;
    freshWorth = 0;
    live = 0;
    drift.settle();
    return new FrozenEvidence(List.copyOf(ordered), known, gain, now);
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
  public void erase(long time, long keepUntil) {
    erasedUpTo = Math.max(erasedUpTo, time);
    erasureKeptUntil = Math.max(erasureKeptUntil, keepUntil);
    events.removeIf(event -> event.eventTime() <= time);
    fingerprints.clear();
    drift.forget();
    known = 0;
    fresh = 0;
    freshWorth = 0;
    live = 0;
    for (EvidenceEvent event : events) {
      fingerprints.add(Fingerprint.of(event.eventId()));
      fresh++;
      freshWorth++;
      if (event.item() != null) {
        drift.add(event.item());
      }
    }
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

  /** Whether an erasure is remembered. */
  public boolean remembersErasure() {
    return erasedUpTo != Long.MIN_VALUE;
  }

  /** Whether there is nothing to keep. */
  public boolean isEmpty() {
    return known == 0 && fresh == 0 && !remembersErasure();
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    EvidenceBytes.writeEvents(events, out);
    Compact.write(out, fingerprints.size());
    for (long fingerprint : fingerprints) {
      out.writeLong(fingerprint);
    }
    Compact.write(out, known);
    Compact.write(out, fresh);
    Compact.write(out, freshWorth);
    Compact.write(out, live);
    out.writeLong(erasedUpTo);
    Compact.writeSigned(out, erasureKeptUntil);
    drift.writeTo(out);
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static UserEvidence readFrom(DataInput in) throws IOException {
    List<EvidenceEvent> events = EvidenceBytes.readEvents(in);
    int size = Compact.readLength(in);
    List<Long> fingerprints = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      fingerprints.add(in.readLong());
    }
    long known = Compact.read(in);
    long fresh = Compact.read(in);
    long freshWorth = Compact.read(in);
    long live = Compact.read(in);
    long erasedUpTo = in.readLong();
    long erasureKeptUntil = Compact.readSigned(in);
    UserEvidence evidence = new UserEvidence(TasteDrift.readFrom(in), events, fingerprints);
    evidence.known = known;
    evidence.fresh = fresh;
    evidence.freshWorth = freshWorth;
    evidence.live = live;
    evidence.erasedUpTo = erasedUpTo;
    evidence.erasureKeptUntil = erasureKeptUntil;
    return evidence;
  }
}
