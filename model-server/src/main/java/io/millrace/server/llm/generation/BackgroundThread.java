package io.millrace.server.llm.generation;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the calling thread what Linux' scheduler leaves over (its policy {@code SCHED_IDLE});
 * Java's own thread priorities have no effect there. It gets about a 340th of a core that a usual
 * thread wants, and all of one that nobody wants. A usual thread that wakes takes its core at once,
 * and the scheduler looks for a place to wake it as if that core were free; a low nice value alone
 * gives neither. Threads that it makes afterwards, such as those of ONNX Runtime, inherit it.
 */
final class BackgroundThread {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);
  private static final int ITSELF = 0;
  private static final int SCHED_IDLE = 5;

  /** The only priority that there is within that policy; {@code struct sched_param}. */
  private static final int[] PRIORITY = {0};

  private BackgroundThread() {}

  /** The C library's, as JNA maps it. */
  private static final class CLibrary {
    static {
      Native.register(CLibrary.class, Platform.C_LIBRARY_NAME);
    }

    static native int sched_setscheduler(int thread, int policy, int[] priority);
  }

  /** Does so; where the system has no such thing, the log says that recommendations share cores. */
  static void lowerPriority() {
    if (!Platform.isLinux()) {
      LOG.warn("the language model runs with usual priority: only Linux has one for each thread");
      return;
    }
    try {
      if (CLibrary.sched_setscheduler(ITSELF, SCHED_IDLE, PRIORITY) != 0) {
        LOG.warn("the language model runs with usual priority: errno {}", Native.getLastError());
      }
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      LOG.warn("the language model runs with usual priority: {}", e.toString());
    }
  }
}
