package io.millrace.flink.functions;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The users who are being worked on. Bounded by the calls in flight, since a user without any is
 * stored and forgotten.
 */
final class ActiveUsers {
  private final UserStates states;
  private final Map<String, ActiveUser> users = new HashMap<>();

  ActiveUsers(UserStates states) {
    this.states = states;
  }

  /** A user to work on; {@link #release} must follow. */
  ActiveUser activate(String userId) {
    ActiveUser user = users.computeIfAbsent(userId, id -> new ActiveUser(id, states));
    user.workedOn = true;
    return user;
  }

  /** The input or timer that the user was activated for is done. */
  void release(ActiveUser user) throws IOException {
    user.workedOn = false;
    settle(user);
  }

  /** Stores and forgets a user, unless worked on or with lists on their way. */
  void settle(ActiveUser user) throws IOException {
    if (!user.workedOn && user.line.isEmpty()) {
      user.store();
      user.storePending();
      users.remove(user.userId);
    }
  }

  /** Writes everything that a snapshot must hold. */
  void store() throws IOException {
    for (ActiveUser user : users.values()) {
      user.store();
      user.storePending();
    }
  }
}
