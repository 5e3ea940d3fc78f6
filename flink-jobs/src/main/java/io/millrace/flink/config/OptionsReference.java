package io.millrace.flink.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.BlockElement;
import org.apache.flink.configuration.description.TextElement;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/** Renders the jobs' options as Markdown tables. */
public final class OptionsReference {
  private OptionsReference() {}

  /** One table for each group, then the Flink options that the job sets. */
  public static String markdown() {
    StringBuilder page = new StringBuilder();
    for (OptionGroup group : OptionGroup.all()) {
      page.append("### ").append(group.title()).append("\n\n");
      page.append("| option | default | meaning |\n|---|---|---|\n");
      for (ConfigOption<?> option : group.options()) {
        page.append("| `").append(option.key()).append("` | ");
        page.append(option.hasDefaultValue() ? value(option.defaultValue()) : "none");
        page.append(" | ").append(description(option)).append(choices(option)).append(" |\n");
      }
      page.append('\n');
    }
    page.append("Every `").append(KafkaOptions.CLIENT_PREFIX).append("*` key is handed, without ");
    page.append("that prefix, to every Kafka client.\n\n");
    page.append("### Flink's own options that the job sets unless you do\n\n");
    page.append("| option | value | why |\n|---|---|---|\n");
    for (FlinkDefaults.Entry<?> entry : FlinkDefaults.entries()) {
      page.append("| `").append(entry.option().key()).append("` | ");
      page.append(value(entry.value())).append(" | ").append(entry.why()).append(" |\n");
    }
    return page.toString();
  }

  /** An option's description as plain text; empty when it has none. */
  static String description(ConfigOption<?> option) {
    StringBuilder text = new StringBuilder();
    for (BlockElement block : option.description().getBlocks()) {
      if (block instanceof TextElement element) {
        text.append(element.getFormat());
      }
    }
    return text.toString();
  }

  private static String choices(ConfigOption<?> option) {
    Object sample = option.hasDefaultValue() ? option.defaultValue() : null;
    return sample instanceof Enum<?> constant
        ? Arrays.stream(constant.getDeclaringClass().getEnumConstants())
            .map(choice -> "`" + choice + "`")
            .collect(Collectors.joining(", ", " One of ", "."))
        : "";
  }

  private static String value(@Nullable Object value) {
    String text;
    if (value instanceof Duration duration) {
      text = TimeUtils.formatWithHighestUnit(duration);
    } else if (value instanceof List<?> list) {
      text = list.stream().map(String::valueOf).collect(Collectors.joining(";"));
    } else {
      text = String.valueOf(value);
    }
    return text.isEmpty() ? "empty" : "`" + text + "`";
  }
}
