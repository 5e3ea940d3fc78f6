package io.millrace.standalone.report;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.standalone.platform.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A report as JSON; its file is there whole or not at all. */
public final class ReportFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          // Methods that compute something, such as isClean, are no part of the form.
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private ReportFile() {}

  /** The report's text, with a line end. */
  public static String toJson(DemoReport report) {
    try {
      return JSON.writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError("records of numbers and text have a JSON form", e);
    }
  }

  /**
   * Refuses a file that could not be written later, before any work is done for it.
   *
   * @throws PlatformException if its folder does not exist or cannot be written, or it is a folder
   */
  public static void check(Path file) {
    Path folder = folderOf(file);
    if (!Files.isDirectory(folder)) {
      throw new PlatformException("--report " + file + ": there is no folder " + folder);
    }
    if (Files.isDirectory(file) || !Files.isWritable(folder)) {
      throw new PlatformException("--report " + file + ": cannot be written; name another file");
    }
  }

  /**
   * Writes the report beside its place and moves it there.
   *
   * @throws PlatformException if that fails
   */
  public static void write(Path file, DemoReport report) {
    Path target = file.toAbsolutePath();
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, toJson(report));
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new PlatformException("--report " + file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
