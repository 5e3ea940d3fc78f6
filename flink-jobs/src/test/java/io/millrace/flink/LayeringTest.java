package io.millrace.flink;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. There are no exceptions: what breaks a rule is moved, not excused. */
@AnalyzeClasses(packages = "io.millrace.flink", importOptions = DoNotIncludeTests.class)
class LayeringTest {
  @ArchTest
  static final ArchRule FEATURES_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("..flink.features..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.millrace.flink.features..",
              "io.millrace.schemas..",
              "java..",
              // Functions of their arguments alone, too.
              "com.google.common.hash..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule PROFILES_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("..flink.profiles..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.millrace.flink.profiles..",
              "io.millrace.flink.features..",
              "io.millrace.flink.llm..",
              "io.millrace.schemas..",
              "java..",
              "com.fasterxml.jackson..",
              "com.google.common.hash..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule THE_LAST_MILE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("..flink.lastmile..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.millrace.flink.lastmile..",
              "io.millrace.flink.features..",
              "io.millrace.schemas..",
              "java..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule ONLY_THE_ADAPTER_KNOWS_GRPC =
      noClasses()
          .that()
          .resideOutsideOfPackage("..flink.inference..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..", "com.google.protobuf..", "io.millrace.schemas.inference..");

  @ArchTest
  static final ArchRule ONLY_CONNECTORS_KNOW_KAFKA =
      noClasses()
          .that()
          .resideOutsideOfPackage("..flink.connectors..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.apache.flink.connector.kafka..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_ONNX_RUNTIME =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule PORTS_KNOW_NO_FLINK =
      noClasses()
          .that()
          .resideInAnyPackage("..flink.inference..", "..flink.llm..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule FUNCTIONS_ARE_TOLD_NOT_CONFIGURED =
      noClasses()
          .that()
          .resideInAnyPackage("..flink.functions..", "..flink.records..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..flink.jobs..", "..flink.connectors..", "..flink.config..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_JOBS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..flink.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..flink.jobs..");

  @ArchTest
  static final ArchRule PACKAGES_ARE_ACYCLIC =
      slices().matching("io.millrace.flink.(*)..").should().beFreeOfCycles();
}
