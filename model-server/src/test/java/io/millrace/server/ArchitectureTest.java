package io.millrace.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.millrace.server",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packagesAreAcyclic =
      slices().matching("io.millrace.server.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onnxRuntimeIsKnownInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("..server.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule grpcIsKnownInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackages("..server.api..", "..server.bench..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.grpc..").and(not(resideInAPackage("io.grpc.netty.shaded.."))));

  /** HTTP and TLS stand on the Netty that gRPC brings. */
  @ArchTest
  static final ArchRule theNetworkIsKnownAtItsTwoEnds =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..server.api..", "..server.http..", "..server.transport..", "..server.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.grpc.netty.shaded..");

  @ArchTest
  static final ArchRule tracesAreKnownInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackage("..server.tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..");

  @ArchTest
  static final ArchRule batchingKnowsOnlyTheJdk =
      noClasses()
          .that()
          .resideInAPackage("..server.batching..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("java..", "org.jspecify..", "..server.batching..");

  @ArchTest
  static final ArchRule theDomainKnowsOnlyTheJdk =
      noClasses()
          .that()
          .resideInAPackage("..server.inference..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("java..", "org.jspecify..", "..server.inference..");

  @ArchTest
  static final ArchRule backendsReachGraphsThroughTheirPort =
      noClasses()
          .that()
          .resideInAnyPackage("..server.recommender..", "..server.raw..", "..server.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..server.model..");

  @ArchTest
  static final ArchRule theServerKnowsNeitherFlinkNorKafka =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");
}
