package io.millrace.server.llm.generation;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the calling thread the lowest priority that the system's scheduler knows. Java's own thread
 * priorities have no effect on Linux, where a thread's nice value has: at 19 it gets about a 70th
 * of a core that a usual thread wants, and all of one that nobody wants. Threads that it makes
 * afterwards, such as those of ONNX Runtime, inherit it.
 */
final class BackgroundThread {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);
  private static final int OF_THREAD = 0;
  private static final int ITSELF = 0;
  private static final int LOWEST = 19;

  private BackgroundThread() {}

  /** The C library's, as JNA maps it. */
  private static final class CLibrary {
    static {
      Native.register(CLibrary.class, Platform.C_LIBRARY_NAME);
    }

    static native int setpriority(int which, int who, int value);
  }

  /** Does so; where the system has no such thing, the log says that recommendations share cores. */
  static void lowerPriority() {
    if (!Platform.isLinux()) {
      LOG.warn("the language model runs with usual priority: only Linux has one for each thread");
      return;
    }
    try {
      if (CLibrary.setpriority(OF_THREAD, ITSELF, LOWEST) != 0) {
        LOG.warn("the language model runs with usual priority: errno {}", Native.getLastError());
      }
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      LOG.warn("the language model runs with usual priority: {}", e.toString());
    }
  }
}
