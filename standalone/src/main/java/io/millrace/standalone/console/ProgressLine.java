package io.millrace.standalone.console;

import java.time.Duration;
import java.util.Locale;

/** One line that says how far a replay is. */
public final class ProgressLine {
  private static final int CELLS = 24;
  private static final char[] PARTS = {' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'};

  private ProgressLine() {}

  /**
   * How far a replay is.
   *
   * @param done lists that have arrived
   * @param total lists that will
   * @param perSecond speed so far
   * @param hitRate share of lists so far that held what their user did next
   * @param left expected time to the end
   */
  public static String render(
      long done, long total, double perSecond, double hitRate, Duration left) {
    return String.format(
        Locale.ROOT,
        "  %s %,d/%,d lists · %,.0f/s · HR@10 %.3f · %s left",
        bar(total == 0 ? 1 : (double) done / total),
        done,
        total,
        perSecond,
        hitRate,
        clock(left));
  }

  private static String bar(double share) {
    int eighths = (int) (Math.min(Math.max(share, 0), 1) * CELLS * PARTS.length);
    int full = eighths / PARTS.length;
    StringBuilder bar = new StringBuilder("█".repeat(full));
    if (full < CELLS) {
      bar.append(PARTS[eighths % PARTS.length]).append("·".repeat(CELLS - full - 1));
    }
    return bar.toString();
  }

  private static String clock(Duration left) {
    Duration shown = left.isNegative() ? Duration.ZERO : left;
    return shown.toHours() > 0
        ? String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            shown.toHours(),
            shown.toMinutesPart(),
            shown.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", shown.toMinutes(), shown.toSecondsPart());
  }
}
