package io.millrace.flink.connectors;

/** The schema registry did not do what was asked; the message names the registry and the call. */
public class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was asked and what was answered. */
  public RegistryException(String message) {
    super(message);
  }

  /** With what was asked and why no answer could be used. */
  public RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  /** No usable answer came in time: it is down, overloaded, or not where the configuration says. */
  public static final class Unreachable extends RegistryException {
    private static final long serialVersionUID = 1L;

    /** With the last failure. */
    public Unreachable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The registry answers and holds no Avro schema under the id. */
  public static final class UnknownSchema extends RegistryException {
    private static final long serialVersionUID = 1L;

    /** With the id and what is known about it. */
    public UnknownSchema(String message) {
      super(message);
    }
  }

  /** A schema breaks the compatibility that its subject promises. */
  public static final class Incompatible extends RegistryException {
    private static final long serialVersionUID = 1L;

    /** With the subject and the registry's own words. */
    public Incompatible(String message) {
      super(message);
    }
  }
}
