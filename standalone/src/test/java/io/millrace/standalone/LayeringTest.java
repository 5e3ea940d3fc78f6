package io.millrace.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. There are no exceptions: what breaks a rule is moved, not excused. */
@AnalyzeClasses(packages = "io.millrace.standalone", importOptions = DoNotIncludeTests.class)
class LayeringTest {
  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("..standalone.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..standalone.cli..");

  @ArchTest
  static final ArchRule RULES_ARE_READ_WITHOUT_A_SYSTEM =
      classes()
          .that()
          .resideInAPackage("..standalone.rules..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.millrace.standalone.rules..",
              "io.millrace.flink.features..",
              "io.millrace.flink.lastmile..",
              "io.millrace.schemas..",
              "java..",
              "com.fasterxml.jackson..",
              "org.apache.avro..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule EVALUATION_MEASURES_RECORDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("..standalone.evaluation..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..standalone.platform..",
              "..flink.jobs..",
              "org.apache.flink..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule ONLY_THE_PLATFORM_RUNS_JOBS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..standalone.platform..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..flink.jobs..",
              "org.apache.flink.client..",
              "org.apache.flink.runtime..",
              "org.apache.flink.streaming..");

  @ArchTest
  static final ArchRule PACKAGES_ARE_ACYCLIC =
      slices().matching("io.millrace.standalone.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule COMMANDS_ARE_ACYCLIC =
      slices().matching("io.millrace.standalone.cli.(*)..").should().beFreeOfCycles();
}
