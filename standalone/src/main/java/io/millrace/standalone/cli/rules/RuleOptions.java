package io.millrace.standalone.cli.rules;

import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.rules.RuleActions;
import io.millrace.standalone.rules.RuleFile;
import io.millrace.standalone.rules.RuleFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A rule in options, or rules in a file. */
public final class RuleOptions {
  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Rules as JSON, one object or an array, with the record's field names.")
  private @Nullable Path file;

  @Option(names = "--id", paramLabel = "ID", description = "What the rule is called.")
  private @Nullable String id;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description =
          "exclude, pin, boost, bury; at-most, at-most-each and at-least follow from their own"
              + " options.")
  private @Nullable String action;

  @Option(
      names = "--item",
      paramLabel = "ID",
      description = "An item that it is about; repeatable, any of them matches.")
  private List<String> items = new ArrayList<>();

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description =
          "An attribute that items must have; repeatable: any value of one name, and every name.")
  private List<String> attributes = new ArrayList<>();

  @Option(
      names = "--newer-than-days",
      paramLabel = "N",
      description = "Only items that the catalogue changed within so many days.")
  private @Nullable Integer newerThanDays;

  @Option(names = "--position", paramLabel = "N", description = "Place of a pin; 1 is the first.")
  private @Nullable Integer position;

  @Option(
      names = "--factor",
      paramLabel = "X",
      description = "Of a boost, above 1; of a bury, below.")
  private @Nullable Float factor;

  @Option(names = "--at-least", paramLabel = "N", description = "So many matching items, or more.")
  private @Nullable Integer atLeast;

  @Option(names = "--at-most", paramLabel = "N", description = "So many matching items, or fewer.")
  private @Nullable Integer atMost;

  @Option(
      names = "--each",
      paramLabel = "NAME",
      description = "With --at-most: of each value of this attribute.")
  private @Nullable String each;

  @Option(
      names = "--within",
      paramLabel = "N",
      description = "Counts are of the first places (default: the whole list).")
  private @Nullable Integer within;

  @Option(names = "--surface", paramLabel = "NAME", description = "Only lists for this surface.")
  private @Nullable String surface;

  @Option(names = "--user", paramLabel = "ID", description = "Only this user's lists.")
  private @Nullable String user;

  @Option(
      names = "--valid-from",
      paramLabel = "TIME",
      description = "As 2026-12-01 or 2026-12-01T06:00:00Z (default: at once).")
  private @Nullable String validFrom;

  @Option(names = "--valid-until", paramLabel = "TIME", description = "Not at or after this time.")
  private @Nullable String validUntil;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "The higher one of two rules that contradict each other wins (default: 0).")
  private @Nullable Integer priority;

  @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
  private @Nullable String description;

  /** Whether there is nothing in them. */
  boolean isEmpty() {
    return file == null && !isRule();
  }

  private boolean isRule() {
    return !(id == null
        && action == null
        && items.isEmpty()
        && attributes.isEmpty()
        && newerThanDays == null
        && position == null
        && factor == null
        && atLeast == null
        && atMost == null
        && each == null
        && within == null
        && surface == null
        && user == null
        && validFrom == null
        && validUntil == null
        && priority == null
        && description == null);
  }

  /**
   * The rules, unchecked but for their form.
   *
   * @param spec of the command
   * @param now when they are written
   * @throws ParameterException if the options contradict each other
   * @throws CommandException if the file cannot be read
   */
  List<Rule> rules(CommandSpec spec, Instant now) {
    if (file != null && isRule()) {
      throw new ParameterException(
          spec.commandLine(), "--file goes with no other option of a rule");
    }
    try {
      return file == null ? List.of(rule(now)) : read(file, now);
    } catch (RuleFormatException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private static List<Rule> read(Path file, Instant now) {
    try {
      return RuleFile.parse(Files.readString(file), now);
    } catch (RuleFormatException e) {
      throw new CommandException(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new CommandException("--file " + file + " cannot be read: " + e);
    }
  }

  private Rule rule(Instant now) {
    if (id == null) {
      throw new RuleFormatException("--id is missing");
    }
    return Rule.newBuilder()
        .setRuleId(RuleFile.id(id, user))
        .setDescription(description == null ? "" : description)
        .setAction(action())
        .setMatch(new RuleMatch(items, attributes(), newerThanDays))
        .setPosition(position)
        .setFactor(factor)
        .setCount(atLeast == null ? atMost : atLeast)
        .setWithin(within)
        .setAttribute(each)
        .setSurface(surface)
        .setUserId(user)
        .setValidFrom(time("--valid-from", validFrom))
        .setValidUntil(time("--valid-until", validUntil))
        .setPriority(priority == null ? 0 : priority)
        .setUpdatedAt(now)
        .build();
  }

  private RuleAction action() {
    if (atLeast != null && atMost != null) {
      throw new RuleFormatException("--at-least does not go with --at-most; make two rules");
    }
    if (each != null && atMost == null) {
      throw new RuleFormatException("--each goes with --at-most");
    }
    RuleAction counted =
        atLeast != null
            ? RuleAction.AT_LEAST
            : each == null ? RuleAction.AT_MOST : RuleAction.AT_MOST_EACH;
    boolean counts = atLeast != null || atMost != null;
    if (action == null) {
      if (!counts) {
        throw new RuleFormatException("--action is missing; there are " + RuleActions.all());
      }
      return counted;
    }
    RuleAction named = RuleActions.parse(action);
    if (counts && named != counted) {
      throw new RuleFormatException(
          "--action "
              + action
              + " does not go with "
              + (atLeast == null ? "--at-most" : "--at-least")
              + (each == null ? "" : " and --each"));
    }
    return named;
  }

  private Map<String, List<String>> attributes() {
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    for (String pair : attributes) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new RuleFormatException(
            "--attribute " + pair + " is not NAME=VALUE; write something like genre=Horror");
      }
      wanted
          .computeIfAbsent(pair.substring(0, equals), name -> new ArrayList<>())
          .add(pair.substring(equals + 1));
    }
    return wanted;
  }

  private static @Nullable Instant time(String option, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant()
          : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new RuleFormatException(
          option + " " + text + " is neither like 2026-12-01 nor like 2026-12-01T06:00:00Z");
    }
  }
}
