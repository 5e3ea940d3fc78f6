package io.millrace.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The tiny models with item texts and vectors in their bundle: item i is named "Title i" and has
 * the attributes "kind r" with r = i % 5 and, for even i, "even". The vector of item i has a one at
 * dimension i % 4. The last item has neither.
 */
public final class ProfiledModels {
  /** Items of the tiny vocabulary. */
  public static final int ITEMS = 20;

  /** Each source brings so many at most. */
  public static final int CANDIDATES = 4;

  /** Histories of so many events and more have the second weights. */
  public static final int SECOND_FROM = 2;

  /** Weights of keywords and profile for short histories, then for others. */
  public static final double[][] WEIGHTS = {{2, 1.5}, {0.75, 0.5}};

  private static final int DIMS = 384;
  private static final short ONE = 0x3c00;

  private ProfiledModels() {}

  /** A copy of the tiny models with texts. */
  public static Path in(Path folder) {
    Path models = TinyModels.copyTo(folder);
    Path bundle = models.resolve("recommender/1");
    StringBuilder texts = new StringBuilder();
    ByteBuffer vectors =
        ByteBuffer.allocate(ITEMS * DIMS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ITEMS - 1; i++) {
      texts.append("Title ").append(i).append("\tkind ").append(i % 5);
      texts.append(i % 2 == 0 ? "|even\n" : "\n");
      vectors.putShort((i * DIMS + i % 4) * Short.BYTES, ONE);
    }
    texts.append("\t\n");
    ObjectNode json = manifest(bundle);
    add(json, bundle, "items.tsv", texts.toString().getBytes(StandardCharsets.UTF_8));
    add(json, bundle, "item-vectors.f16", vectors.array());
    ObjectNode fusion = json.putObject("fusion");
    ArrayNode steps = fusion.put("candidates", CANDIDATES).putArray("steps");
    for (int step = 0; step < WEIGHTS.length; step++) {
      steps
          .addObject()
          .put("from_events", step * SECOND_FROM)
          .put("keywords", WEIGHTS[step][0])
          .put("profile", WEIGHTS[step][1]);
    }
    write(bundle, json);
    return models;
  }

  /** What a bundle's manifest says. */
  public static ObjectNode manifest(Path bundle) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(bundle.resolve("bundle.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a bundle's manifest. */
  public static void write(Path bundle, ObjectNode manifest) {
    try {
      Files.writeString(bundle.resolve("bundle.json"), manifest.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file of a bundle and lists it. */
  public static void add(ObjectNode manifest, Path bundle, String name, byte[] content) {
    try {
      Files.write(bundle.resolve(name), content);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      manifest
          .withObject("/files")
          .putObject(name)
          .put("sha256", HexFormat.of().formatHex(digest))
          .put("bytes", content.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
