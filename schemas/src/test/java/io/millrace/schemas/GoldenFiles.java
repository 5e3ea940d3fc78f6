package io.millrace.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * The bytes of every released schema version, and the schema that wrote them, under {@code
 * golden/VERSION/TOPIC.bin} and {@code .avsc}. What is committed there is never written again: a
 * changed schema is a new version, in a folder of its own, which {@link #main} makes.
 */
final class GoldenFiles {
  /** Released versions, oldest first; the last is the current one. */
  static final List<String> VERSIONS = List.of("v1", "v2", "v3", "v4");

  /** Topics that version 2 added. */
  private static final Set<String> SINCE_V2 =
      Set.of("profile-refreshes", "language-model-answers", "item-knowledge");

  /** Topics that version 3 added. */
  private static final Set<String> SINCE_V3 =
      Set.of("rules", "recommendation-inputs", "item-answers");

  /** Topics that version 4 added. */
  private static final Set<String> SINCE_V4 =
      Set.of("rerank-questions", "reranked-candidates", "rerank-answers");

  /** The schema id in the golden bytes' header. */
  static final int SCHEMA_ID = 1;

  private GoldenFiles() {}

  /** Versions that have the topic, oldest first. */
  static List<String> versions(Topic<?> topic) {
    return VERSIONS.subList(first(topic.name()), VERSIONS.size());
  }

  private static int first(String topic) {
    if (SINCE_V4.contains(topic)) {
      return 3;
    }
    return SINCE_V3.contains(topic) ? 2 : SINCE_V2.contains(topic) ? 1 : 0;
  }

  static byte[] bytes(String version, Topic<?> topic) {
    return read(version, topic.name() + ".bin");
  }

  static Schema schema(String version, Topic<?> topic) {
    byte[] text = read(version, topic.name() + ".avsc");
    return new Schema.Parser().parse(new String(text, StandardCharsets.UTF_8));
  }

  private static byte[] read(String version, String name) {
    String resource = "/golden/" + version + "/" + name;
    try (InputStream in = GoldenFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError(
            resource + " is missing: write the new version with " + GoldenFiles.class.getName());
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  @SuppressWarnings("unchecked") // each topic is mapped to a record of its own class
  static <V extends SpecificRecord> byte[] encode(Topic<V> topic, SpecificRecord sample) {
    return RecordCodec.of(topic).encode((V) sample, SCHEMA_ID);
  }

  /**
   * Writes the newest version, where it does not exist yet.
   *
   * @param args the folder {@code schemas/src/test/resources/golden}
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0], VERSIONS.get(VERSIONS.size() - 1));
    Files.createDirectories(folder);
    for (Map.Entry<Topic<? extends SpecificRecord>, SpecificRecord> sample :
        Samples.all().entrySet()) {
      Topic<? extends SpecificRecord> topic = sample.getKey();
      Path bytes = folder.resolve(topic.name() + ".bin");
      if (Files.notExists(bytes)) {
        Files.write(bytes, encode(topic, sample.getValue()));
        Files.writeString(
            folder.resolve(topic.name() + ".avsc"), topic.schema().toString(true) + "\n");
      }
    }
  }
}
