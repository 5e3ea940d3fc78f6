package io.millrace.flink.profiles;

/** What an event says about what it was done to. */
enum Stance {
  /** It was liked, bought, chosen or rated well. */
  FOR,
  /** It was disliked, passed over or rated badly. */
  AGAINST,
  /** It says nothing either way. */
  NEITHER;

  Stance opposite() {
    return switch (this) {
      case FOR -> AGAINST;
      case AGAINST -> FOR;
      case NEITHER -> NEITHER;
    };
  }
}
