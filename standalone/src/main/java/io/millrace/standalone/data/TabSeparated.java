package io.millrace.standalone.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a UTF-8 table of tab-separated columns below one header line, which must match exactly. */
final class TabSeparated {
  private static final String TAB = "\t";

  private TabSeparated() {}

  /** Turns the columns of one line into a value; {@code where} names file and line for messages. */
  interface Row<T> {
    T read(String[] columns, int row, String where);
  }

  /**
   * All lines below the header, in order.
   *
   * @throws DataException if the file is missing, unreadable, empty, or has other columns
   */
  static <T> List<T> read(Path file, String header, Row<T> reader) {
    List<T> rows = new ArrayList<>();
    int expected = header.split(TAB, -1).length;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String found = lines.readLine();
      if (!header.equals(found)) {
        throw new DataException(
            file + ": the first line is " + quoted(found) + ", expected " + quoted(header));
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String where = file + ":" + (rows.size() + 2);
        String[] columns = line.split(TAB, -1);
        if (columns.length != expected) {
          throw new DataException(
              where
                  + ": "
                  + columns.length
                  + " columns, expected "
                  + expected
                  + " ("
                  + header
                  + ")");
        }
        rows.add(reader.read(columns, rows.size() + 1, where));
      }
    } catch (NoSuchFileException e) {
      throw new DataException(
          file
              + " does not exist; fetch it with `./millrace data ml-100k`, or pass its folder"
              + " as --data",
          e);
    } catch (CharacterCodingException e) {
      throw new DataException(file + " is not UTF-8; fetch it again", e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
    if (rows.isEmpty()) {
      throw new DataException(file + " has no lines below its header");
    }
    return rows;
  }

  private static String quoted(@Nullable String line) {
    return line == null ? "missing" : "'" + line.replace(TAB, "<tab>") + "'";
  }
}
