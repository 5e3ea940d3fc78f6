package io.millrace.standalone.replay;

import io.millrace.standalone.data.Rating;
import java.util.Locale;

/**
 * When each event of a replay should leave, in nanoseconds after its start.
 *
 * <p>An open loop: the schedule does not wait for the system. An event that leaves late is still
 * measured from its intended time, otherwise a stall would hide the very delays it causes.
 */
public sealed interface Pace {

  /**
   * Intended time of an event, in nanoseconds after the start; never decreasing.
   *
   * @param position of the event in the replay, from 0
   * @param event the event
   * @param first the replay's first event
   */
  long offsetNanos(int position, Rating event, Rating first);

  /** For people. */
  String describe();

  /** As fast as the broker takes them: there is no schedule, so nothing can be late. */
  record Unpaced() implements Pace {
    @Override
    public long offsetNanos(int position, Rating event, Rating first) {
      return 0;
    }

    @Override
    public String describe() {
      return "at full speed";
    }
  }

  /**
   * A fixed number of events a second, evenly spaced.
   *
   * @param eventsPerSecond above 0
   */
  record Rate(double eventsPerSecond) implements Pace {
    /** Refuses what is no rate. */
    public Rate {
      requirePositive("--rate", eventsPerSecond);
    }

    @Override
    public long offsetNanos(int position, Rating event, Rating first) {
      return (long) (position * 1e9 / eventsPerSecond);
    }

    @Override
    public String describe() {
      return "at " + number(eventsPerSecond) + " events/s";
    }
  }

  /**
   * A multiple of the speed at which the events once happened.
   *
   * @param factor above 0; 1 is real time
   */
  record RealTime(double factor) implements Pace {
    /** Refuses what is no factor. */
    public RealTime {
      requirePositive("--speed", factor);
    }

    @Override
    public long offsetNanos(int position, Rating event, Rating first) {
      return (long) ((event.epochSecond() - first.epochSecond()) * 1e9 / factor);
    }

    @Override
    public String describe() {
      return "at " + number(factor) + " times real time";
    }
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(option + " " + value + ": must be a number above 0");
    }
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%,.2f", value);
  }
}
