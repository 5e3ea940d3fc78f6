package io.millrace.flink.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchemaRegistryITCase {
  private static final Schema USER =
      SchemaBuilder.record("User").fields().requiredString("name").endRecord();
  private static final Schema USER_WITH_OPTIONAL_AGE =
      SchemaBuilder.record("User")
          .fields()
          .requiredString("name")
          .name("age")
          .type()
          .intType()
          .intDefault(0)
          .endRecord();
  private static final Schema USER_WITH_REQUIRED_AGE =
      SchemaBuilder.record("User").fields().requiredString("name").requiredInt("age").endRecord();

  private final FakeRegistry fake = new FakeRegistry();
  private final List<Duration> pauses = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void stop() {
    fake.close();
  }

  private SchemaRegistry registry(RegistrySettings settings) {
    return new SchemaRegistry(
        settings,
        pause -> {
          pauses.add(pause);
          nanos.addAndGet(pause.toNanos());
        },
        nanos::get);
  }

  private SchemaRegistry registry() {
    return registry(fake.settings());
  }

  @Test
  void aRegisteredSchemaComesBackByItsId() {
    int id = registry().register("users-value", USER);

    assertThat(registry().schema(id)).isEqualTo(USER);
  }

  @Test
  void registeringAgainGivesTheSameId() {
    int id = registry().register("users-value", USER);

    assertThat(registry().register("users-value", USER)).isEqualTo(id);
  }

  @Test
  void aNewSubjectIsUnderBackwardCompatibility() {
    registry().register("users-value", USER);

    assertThat(fake.level("users-value")).isEqualTo("BACKWARD");
  }

  @Test
  void theLevelIsSetAfterTheFirstVersionWhereTheRegistryWantsTheSubjectFirst() {
    fake.levelNeedsSubject = true;

    registry().register("users-value", USER);

    assertThat(fake.level("users-value")).isEqualTo("BACKWARD");
  }

  @Test
  void aStricterLevelIsLeftAsItIs() {
    fake.level("users-value", "FULL_TRANSITIVE");

    registry().register("users-value", USER);

    assertThat(fake.level("users-value")).isEqualTo("FULL_TRANSITIVE");
  }

  @Test
  void aWeakerLevelIsRaised() {
    fake.level("users-value", "FORWARD");

    registry().register("users-value", USER);

    assertThat(fake.level("users-value")).isEqualTo("BACKWARD");
  }

  @Test
  void aCompatibleVersionIsRegistered() {
    int first = registry().register("users-value", USER);

    assertThat(registry().isCompatible("users-value", USER_WITH_OPTIONAL_AGE)).isTrue();
    assertThat(registry().register("users-value", USER_WITH_OPTIONAL_AGE)).isNotEqualTo(first);
  }

  @Test
  void anIncompatibleVersionNamesTheSubjectAndTheRegistrysReason() {
    registry().register("users-value", USER);

    assertThat(registry().isCompatible("users-value", USER_WITH_REQUIRED_AGE)).isFalse();
    assertThatThrownBy(() -> registry().register("users-value", USER_WITH_REQUIRED_AGE))
        .isInstanceOf(RegistryException.Incompatible.class)
        .hasMessageContaining("'users-value'")
        .hasMessageContaining("field 'age' has no default");
  }

  @Test
  void anythingIsCompatibleWithASubjectThatDoesNotExist() {
    assertThat(registry().isCompatible("nobody-value", USER)).isTrue();
  }

  @Test
  void everyTopicsSchemaCanBeRegistered() {
    registry().registerAll(Topics.all());

    assertThat(Topics.all())
        .allSatisfy(topic -> assertThat(fake.level(topic.subject())).isEqualTo("BACKWARD"));
  }

  @Test
  void anUnknownIdIsUnknownAtOnce() {
    assertThatThrownBy(() -> registry().schema(77))
        .isInstanceOf(RegistryException.UnknownSchema.class)
        .hasMessageContaining("77");
    assertThat(pauses).isEmpty();
  }

  @Test
  void aSchemaOfAnotherKindIsUnknown() {
    int id = fake.store("syntax = \"proto3\";");

    assertThatThrownBy(() -> registry().schema(id))
        .isInstanceOf(RegistryException.UnknownSchema.class)
        .hasMessageContaining("PROTOBUF");
  }

  @Test
  void aSchemaThatDoesNotParseIsUnknown() {
    int id = fake.store("{\"type\":\"recor\"}");

    assertThatThrownBy(() -> registry().schema(id))
        .isInstanceOf(RegistryException.UnknownSchema.class)
        .hasMessageContaining("cannot be parsed");
  }

  @Test
  void anOverloadedRegistryIsAskedAgainWithLongerPauses() {
    int id = registry().register("users-value", USER);
    fake.failuresLeft = 3;

    assertThat(registry().schema(id)).isEqualTo(USER);
    assertThat(pauses)
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
  }

  @Test
  void pausesStopGrowing() {
    int id = registry().register("users-value", USER);
    fake.failuresLeft = 12;

    registry(fake.settings().forever()).schema(id);

    assertThat(pauses).hasSize(12).last().isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void patienceEnds() {
    fake.failuresLeft = Integer.MAX_VALUE;

    assertThatThrownBy(() -> registry().schema(1))
        .isInstanceOf(RegistryException.Unreachable.class)
        .hasMessageContaining("unreachable")
        .hasMessageContaining("503");
    assertThat(Duration.ofNanos(nanos.get())).isLessThanOrEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aClosedPortIsUnreachableNotUnknown() {
    RegistrySettings nobody = fake.settings();
    fake.close();

    assertThatThrownBy(() -> registry(nobody.patientFor(Duration.ZERO)).schema(1))
        .isInstanceOf(RegistryException.Unreachable.class);
  }

  @Test
  void aRefusalIsNeitherRetriedNorUnknown() {
    fake.refuseAllWith = 401;

    assertThatThrownBy(() -> registry().schema(1))
        .isExactlyInstanceOf(RegistryException.class)
        .hasMessageContaining("401")
        .hasMessageContaining("password");
    assertThat(pauses).isEmpty();
  }

  @Test
  void userAndPasswordAreSentAndNotShown() {
    RegistrySettings plain = fake.settings();
    RegistrySettings secured =
        new RegistrySettings(plain.url(), plain.requestTimeout(), plain.patience(), "ann:secret");

    registry(secured).register("users-value", USER);

    assertThat(fake.authorizations).containsOnly("Basic YW5uOnNlY3JldA==");
    assertThat(secured.toString()).doesNotContain("secret");
  }

  @Test
  void anInterruptEndsTheWait() {
    fake.failuresLeft = Integer.MAX_VALUE;
    SchemaRegistry registry =
        new SchemaRegistry(
            fake.settings().forever(),
            pause -> {
              throw new InterruptedException();
            },
            nanos::get);

    assertThatThrownBy(() -> registry.schema(1)).isInstanceOf(RegistryException.Unreachable.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
