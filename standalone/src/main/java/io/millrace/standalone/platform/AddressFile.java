package io.millrace.standalone.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A small JSON file in which a running platform says how to reach it, so that other commands need
 * no addresses.
 *
 * @param path where it is
 */
public record AddressFile(Path path) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How to reach a running platform.
   *
   * @param pid process that it runs in
   * @param bootstrapServers Kafka brokers, as {@code host:port,...}
   * @param registry base of the registry's common API
   * @param modelServer the model server's gRPC address, as {@code host:port}
   * @param dashboard Flink's dashboard
   */
  public record Addresses(
      long pid, String bootstrapServers, URI registry, String modelServer, URI dashboard) {}

  /** Replaces the file's content in one step. */
  public void write(Addresses addresses) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("pid", addresses.pid())
            .put("bootstrapServers", addresses.bootstrapServers())
            .put("registry", addresses.registry().toString())
            .put("modelServer", addresses.modelServer())
            .put("dashboard", addresses.dashboard().toString());
    Path partial = path.resolveSibling(path.getFileName() + "." + addresses.pid());
    try {
      Files.createDirectories(partial.toAbsolutePath().getParent());
      Files.write(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
      Files.move(
          partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new PlatformException("cannot write " + path + ": " + FileProblem.reason(e), e);
    }
  }

  /** The addresses of the platform that runs now; empty if none does. */
  public Optional<Addresses> read() {
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(path));
      Addresses addresses =
          new Addresses(
              node.path("pid").asLong(),
              node.path("bootstrapServers").asText(),
              URI.create(node.path("registry").asText()),
              node.path("modelServer").asText(),
              URI.create(node.path("dashboard").asText()));
      boolean alive = ProcessHandle.of(addresses.pid()).map(ProcessHandle::isAlive).orElse(false);
      return alive ? Optional.of(addresses) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      throw new PlatformException(
          "cannot read " + path + ": " + e.getMessage() + "; remove it, or give the addresses", e);
    }
  }

  /** Removes a file that a killed process left. */
  void removeStale() {
    if (read().isEmpty()) {
      delete();
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new PlatformException("cannot remove " + path + ": " + FileProblem.reason(e), e);
    }
  }

  /** Removes the file if it is this process's own. */
  public void remove(long pid) {
    if (read().filter(addresses -> addresses.pid() == pid).isPresent()) {
      delete();
    }
  }
}
