package io.millrace.server.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as a number and a unit: {@code 500us}, {@code 2ms}, {@code 30s}. */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(us|ms|s)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of("us", ChronoUnit.MICROS, "ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS);

  @Override
  public Duration convert(String value) {
    Matcher matcher = FORM.matcher(value);
    ChronoUnit unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new TypeConversionException(
          "'" + value + "' is not a duration; write a number and us, ms or s, such as 500us");
    }
    return Duration.of(Long.parseLong(matcher.group(1)), unit);
  }
}
