package io.millrace.server.http;

import io.millrace.server.access.AccessPolicy;
import io.millrace.server.access.Role;
import io.millrace.server.calls.CallRecord;
import java.util.List;

/** Lets requests pass whose callers may make them; who asks for health needs no token. */
public final class GuardedService implements HttpService {
  private static final List<String> HEALTH = List.of("v2", "health");
  private static final List<String> ADMINISTRATION = List.of("v2", "repository", "models");

  private final AccessPolicy access;
  private final HttpService guarded;

  /** In front of that service. */
  public GuardedService(AccessPolicy access, HttpService guarded) {
    this.access = access;
    this.guarded = guarded;
  }

  @Override
  public void serve(HttpExchange exchange) {
    // The same parts that the service decides by, so that no spelling of a path gets around this.
    List<String> path = Resource.segments(exchange.path());
    if (!isHealth(path)) {
      Role role =
          access.require(
              begins(path, ADMINISTRATION) ? Role.ADMIN : Role.INFER,
              exchange.header("Authorization"));
      CallRecord record = exchange.record();
      if (role != null && record != null) {
        record.calledAs(role.label());
      }
    }
    guarded.serve(exchange);
  }

  /** Whether a path is one that asks for the server's health. */
  static boolean isHealth(List<String> path) {
    return begins(path, HEALTH);
  }

  private static boolean begins(List<String> path, List<String> with) {
    return path.size() >= with.size() && path.subList(0, with.size()).equals(with);
  }
}
