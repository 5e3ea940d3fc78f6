package io.millrace.flink.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

class OptionGroupTest {
  private static List<ConfigOption<?>> listed() {
    List<ConfigOption<?>> options = new ArrayList<>();
    OptionGroup.all().forEach(group -> options.addAll(group.options()));
    return options;
  }

  /** Every option that any class of the module declares. */
  private static List<ConfigOption<?>> declared() throws IllegalAccessException {
    List<ConfigOption<?>> options = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages("io.millrace.flink")) {
      for (Field field : type.reflect().getDeclaredFields()) {
        if (field.getType() == ConfigOption.class && Modifier.isStatic(field.getModifiers())) {
          options.add((ConfigOption<?>) field.get(null));
        }
      }
    }
    return options;
  }

  @Test
  void everyDeclaredOptionIsListedOnce() throws IllegalAccessException {
    assertThat(listed()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(declared());
  }

  @Test
  void everyOptionSaysWhatItMeans() {
    assertThat(listed())
        .allSatisfy(
            option -> {
              assertThat(option.key()).matches("millrace(\\.[a-z][a-z-]*){2}");
              assertThat(OptionsReference.description(option))
                  .as(option.key())
                  .hasSizeGreaterThan(20)
                  .endsWith(".");
            });
  }

  @Test
  void everyOptionHasADefaultUnlessItSaysWhatHappensWithoutIt() {
    assertThat(listed())
        .filteredOn(option -> !option.hasDefaultValue())
        .allSatisfy(
            option ->
                assertThat(OptionsReference.description(option))
                    .as(option.key())
                    .containsAnyOf("Required.", "ot set:"));
  }

  @Test
  void noKeyIsUsedTwice() {
    Set<String> keys = new HashSet<>();
    assertThat(listed()).allSatisfy(option -> assertThat(keys.add(option.key())).isTrue());
  }
}
