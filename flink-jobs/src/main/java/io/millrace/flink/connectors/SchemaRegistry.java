package io.millrace.flink.connectors;

import io.millrace.schemas.Topic;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * A client of the common schema registry API, as far as Avro values need it.
 *
 * <p>While the registry is unreachable a call waits and repeats, at most for the settings'
 * patience. Only the registry's own "not found" means that a schema is unknown. Thread-safe and
 * without a cache: who reads values keeps what it made of a schema.
 */
public final class SchemaRegistry implements AutoCloseable {
  /** Levels under which a new version can read what an older one wrote. */
  private static final Set<String> BACKWARD_LEVELS =
      Set.of("BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE");

  private static final String BACKWARD = "BACKWARD";
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final RegistrySettings settings;
  private final RegistryHttp http;

  /** A client; nothing is sent yet. */
  public SchemaRegistry(RegistrySettings settings) {
    this(settings, RetryPause.Sleeper.REAL, System::nanoTime);
  }

  SchemaRegistry(RegistrySettings settings, RetryPause.Sleeper sleeper, LongSupplier nanoClock) {
    this.settings = settings;
    this.http = new RegistryHttp(settings, sleeper, nanoClock);
  }

  /**
   * Registers the current schema of every topic's values.
   *
   * @throws RegistryException.Incompatible if one cannot read what is in its topic already
   */
  public void registerAll(Collection<? extends Topic<?>> topics) {
    for (Topic<?> topic : topics) {
      register(topic.subject(), topic.schema());
    }
  }

  /**
   * Registers a schema under backward compatibility: a subject with a weaker level is raised to
   * {@code BACKWARD} first, a stricter one is left as it is. Registering a known schema again
   * changes nothing.
   *
   * @return the id that frames values written with this schema
   * @throws RegistryException.Incompatible if it cannot read what the subject's versions wrote
   */
  public int register(String subject, Schema schema) {
    boolean existed = requireBackward(subject);
    RegistryHttp.Answer answer =
        http.post(
            "/subjects/" + segment(subject) + "/versions", Map.of("schema", schema.toString()));
    if (answer.status() == CONFLICT) {
      throw new RegistryException.Incompatible(
          "schema "
              + schema.getFullName()
              + " is not compatible with subject '"
              + subject
              + "' in "
              + settings.url()
              + ": "
              + answer.message()
              + "; give new fields a default and keep old ones, or use another topic");
    }
    check(answer, "registering " + schema.getFullName() + " under subject '" + subject + "'");
    if (!existed) {
      requireBackward(subject);
    }
    return answer.body().path("id").asInt();
  }

  /**
   * Whether a schema could be registered, without doing so.
   *
   * @return true also for a subject that does not exist yet
   */
  public boolean isCompatible(String subject, Schema schema) {
    RegistryHttp.Answer answer =
        http.post(
            "/compatibility/subjects/" + segment(subject) + "/versions/latest",
            Map.of("schema", schema.toString()));
    if (answer.notFound()) {
      return true;
    }
    check(answer, "checking " + schema.getFullName() + " against subject '" + subject + "'");
    return answer.body().path("is_compatible").asBoolean();
  }

  /**
   * The schema that values framed with an id were written with.
   *
   * @throws RegistryException.UnknownSchema if the registry has no such id, or it is not Avro
   */
  public Schema schema(int id) {
    RegistryHttp.Answer answer = http.get("/schemas/ids/" + id);
    if (answer.notFound()) {
      throw new RegistryException.UnknownSchema(
          "schema id " + id + " is not in the registry " + settings.url());
    }
    check(answer, "reading schema id " + id);
    String type = answer.body().path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new RegistryException.UnknownSchema(
          "schema id " + id + " in " + settings.url() + " is of type " + type + ", not AVRO");
    }
    try {
      return new Schema.Parser().parse(answer.body().path("schema").asText());
    } catch (RuntimeException e) {
      // Avro's parser answers nonsense with exceptions of several kinds, null pointers included.
      throw new RegistryException.UnknownSchema(
          "schema id " + id + " in " + settings.url() + " cannot be parsed: " + e);
    }
  }

  /** Returns false if the subject does not exist yet and the registry refuses a level for it. */
  private boolean requireBackward(String subject) {
    String path = "/config/" + segment(subject);
    RegistryHttp.Answer current = http.get(path);
    if (current.ok()
        && BACKWARD_LEVELS.contains(current.body().path("compatibilityLevel").asText())) {
      return true;
    }
    RegistryHttp.Answer changed = http.put(path, Map.of("compatibility", BACKWARD));
    if (changed.notFound() || changed.status() == UNPROCESSABLE) {
      return false;
    }
    check(changed, "setting compatibility " + BACKWARD + " on subject '" + subject + "'");
    return true;
  }

  private void check(RegistryHttp.Answer answer, String what) {
    if (!answer.ok()) {
      String fix =
          answer.status() == 401 || answer.status() == 403
              ? "; check the registry's user and password"
              : "; check that the address is the base of the registry's common API";
      throw new RegistryException(
          what + " in " + settings.url() + ": " + answer.status() + " " + answer.message() + fix);
    }
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Frees connections. */
  @Override
  public void close() {
    http.close();
  }
}
