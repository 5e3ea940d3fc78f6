package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.flink.records.UserInput.Erased;
import io.millrace.flink.records.UserInput.Interacted;
import io.millrace.flink.records.UserInput.Profiled;
import io.millrace.flink.records.UserInput.Requested;
import io.millrace.flink.records.UserInput.Reranked;
import io.millrace.flink.records.UserInput.Ruled;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Between operators: everything that happens to users. Interactions, which are most of it, are
 * written field by field; the rest in Avro's encoding.
 *
 * <p>The reader's monotonic clock means nothing in another JVM. An id of the JVM travels along, and
 * where it differs the reading is replaced by {@link PendingTrigger#OTHER_JVM}.
 */
public final class UserInputSerializer extends VersionedSerializer<UserInput> {
  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;
  private static final long THIS_JVM = UUID.randomUUID().getMostSignificantBits();

  private static final int INTERACTED = 1;
  private static final int REQUESTED = 2;
  private static final int PROFILED = 3;
  private static final int UNPROFILED = 4;
  private static final int ERASED = 5;
  private static final int RULED = 6;
  private static final int UNRULED = 7;
  private static final int RERANKED = 8;
  private static final int UNRERANKED = 9;

  private final AvroRecordSerializer<RecommendationRequest> requests =
      new AvroRecordSerializer<>(RecommendationRequest.class);
  private final AvroRecordSerializer<UserProfile> profiles =
      new AvroRecordSerializer<>(UserProfile.class);
  private final AvroRecordSerializer<Erasure> erasures = new AvroRecordSerializer<>(Erasure.class);
  private final AvroRecordSerializer<Rule> rules = new AvroRecordSerializer<>(Rule.class);
  private final AvroRecordSerializer<RerankedCandidates> rerankings =
      new AvroRecordSerializer<>(RerankedCandidates.class);

  @Override
  protected int version() {
    return VERSION;
  }

  @Override
  protected void write(UserInput input, DataOutputView out) throws IOException {
    if (input instanceof Interacted interacted) {
      out.writeByte(INTERACTED);
      InteractionFields.write(interacted.interaction(), out);
    } else if (input instanceof Requested requested) {
      out.writeByte(REQUESTED);
      requests.serialize(requested.request(), out);
    } else if (input instanceof Profiled profiled) {
      UserProfile profile = profiled.profile();
      out.writeByte(profile == null ? UNPROFILED : PROFILED);
      if (profile == null) {
        Compact.writeText(out, profiled.userId());
      } else {
        profiles.serialize(profile, out);
      }
    } else if (input instanceof Erased erased) {
      out.writeByte(ERASED);
      erasures.serialize(erased.erasure(), out);
    } else if (input instanceof Ruled ruled) {
      writeRule(ruled, out);
    } else if (input instanceof Reranked reranked) {
      RerankedCandidates value = reranked.reranked();
      out.writeByte(value == null ? UNRERANKED : RERANKED);
      if (value == null) {
        Compact.writeText(out, reranked.userId());
      } else {
        rerankings.serialize(value, out);
      }
    }
    Arrival arrival = input.arrival();
    out.writeLong(THIS_JVM);
    Compact.writeSigned(out, arrival.brokerTimestamp());
    Compact.writeSigned(out, arrival.readAtMillis());
    out.writeLong(arrival.readAtNanos());
  }

  private void writeRule(Ruled ruled, DataOutputView out) throws IOException {
    Rule rule = ruled.rule();
    out.writeByte(rule == null ? UNRULED : RULED);
    Compact.writeText(out, ruled.userId());
    if (rule == null) {
      Compact.writeText(out, ruled.ruleId());
    } else {
      rules.serialize(rule, out);
    }
  }

  @Override
  protected UserInput read(int version, DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case INTERACTED -> new Interacted(InteractionFields.read(in), readArrival(in));
      case REQUESTED -> new Requested(requests.deserialize(in), readArrival(in));
      case PROFILED -> {
        UserProfile profile = profiles.deserialize(in);
        yield new Profiled(profile.getUserId(), profile, readArrival(in));
      }
      case UNPROFILED -> new Profiled(Compact.readText(in), null, readArrival(in));
      case ERASED -> new Erased(erasures.deserialize(in), readArrival(in));
      case RULED -> {
        String userId = Compact.readText(in);
        Rule rule = rules.deserialize(in);
        yield new Ruled(userId, rule.getRuleId(), rule, readArrival(in));
      }
      case UNRULED -> new Ruled(Compact.readText(in), Compact.readText(in), null, readArrival(in));
      case RERANKED -> {
        RerankedCandidates reranked = rerankings.deserialize(in);
        yield new Reranked(reranked.getUserId(), reranked, readArrival(in));
      }
      case UNRERANKED -> new Reranked(Compact.readText(in), null, readArrival(in));
      default -> throw new IOException("input of kind " + kind + " is unknown to this release");
    };
  }

  private static Arrival readArrival(DataInputView in) throws IOException {
    boolean sameJvm = in.readLong() == THIS_JVM;
    long brokerTimestamp = Compact.readSigned(in);
    long readAtMillis = Compact.readSigned(in);
    long readAtNanos = in.readLong();
    return new Arrival(
        brokerTimestamp, readAtMillis, sameJvm ? readAtNanos : PendingTrigger.OTHER_JVM);
  }

  @Override
  public TypeSerializer<UserInput> duplicate() {
    return new UserInputSerializer();
  }

  @Override
  public TypeSerializerSnapshot<UserInput> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The version that a savepoint was written with. */
  public static final class Snapshot extends VersionedSnapshot<UserInput> {
    /** Called by Flink. */
    public Snapshot() {
      super(UserInputSerializer::new);
    }
  }
}
