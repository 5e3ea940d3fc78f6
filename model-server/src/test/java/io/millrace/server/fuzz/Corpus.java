package io.millrace.server.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The committed inputs, below {@code fuzz} among the test resources. */
public final class Corpus {
  private Corpus() {}

  /** Every file of a folder, in the order of their names. */
  public static List<byte[]> files(String folder) {
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files =
        Files.list(Path.of(Corpus.class.getResource("/fuzz/" + folder).toURI()))) {
      for (Path file : files.sorted().toList()) {
        contents.add(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return contents;
  }
}
