package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;

/** What a figure was measured on. */
final class Machine {
  private static final long MEGABYTE = 1 << 20;

  private Machine() {}

  static void describe(ObjectNode report) {
    Runtime runtime = Runtime.getRuntime();
    report.put("cores", runtime.availableProcessors());
    report.put(
        "memory_mb",
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize()
            / MEGABYTE);
    report.put("java", System.getProperty("java.version"));
    report.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    report.put("generator_shares_cores", true);
  }
}
