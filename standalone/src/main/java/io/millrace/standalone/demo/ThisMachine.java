package io.millrace.standalone.demo;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.standalone.report.DemoReport.Machine;
import io.millrace.standalone.report.Rounding;
import java.lang.management.ManagementFactory;

/** Where a run was measured. */
final class ThisMachine {
  private static final double BYTES_PER_GIB = 1024.0 * 1024 * 1024;

  private ThisMachine() {}

  static Machine describe() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        Rounding.round(system.getTotalMemorySize() / BYTES_PER_GIB, 1),
        System.getProperty("java.version"));
  }
}
