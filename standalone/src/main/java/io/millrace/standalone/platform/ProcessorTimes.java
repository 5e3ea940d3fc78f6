package io.millrace.standalone.platform;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Processor time by part. Parts inside this process are told apart by the thread group that their
 * threads were born in; what no such thread used (compiler, garbage collector, threads that ended
 * between two looks) is the rest.
 */
final class ProcessorTimes {
  private static final String GRPC = "grpc";
  private static final String DEMO = "demo";
  private static final String REST = "rest";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Map<String, ThreadGroup> groups = new LinkedHashMap<>();
  private final Map<String, Supplier<Duration>> processes = new LinkedHashMap<>();

  /** Nanoseconds by part of threads that were seen earlier, and of each living thread. */
  private final Map<String, Long> ended = new HashMap<>();

  private Map<Thread, Seen> living = new HashMap<>();

  private record Seen(String part, long nanos) {}

  /** The group whose threads are counted as a part's; those named {@code grpc-*} are gRPC's. */
  synchronized ThreadGroup group(String part) {
    return groups.computeIfAbsent(part, name -> new ThreadGroup(name));
  }

  /** Counts a child process as a part. */
  synchronized void process(String part, Supplier<Duration> used) {
    processes.put(part, used);
  }

  /** Time used so far. */
  synchronized Map<String, Duration> now() {
    Map<Thread, Seen> seen = look();
    living.forEach(
        (thread, last) -> {
          if (!seen.containsKey(thread)) {
            ended.merge(last.part(), last.nanos(), Long::sum);
          }
        });
    living = seen;
    Map<String, Long> nanos = new HashMap<>(ended);
    groups.keySet().forEach(part -> nanos.putIfAbsent(part, 0L));
    nanos.putIfAbsent(GRPC, 0L);
    seen.values().forEach(thread -> nanos.merge(thread.part(), thread.nanos(), Long::sum));
    Map<String, Duration> times = new TreeMap<>();
    nanos.forEach((part, used) -> times.put(part, Duration.ofNanos(used)));
    long inThreads = nanos.values().stream().mapToLong(Long::longValue).sum();
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .ifPresent(whole -> times.put(REST, positive(whole.minusNanos(inThreads))));
    processes.forEach((part, used) -> times.put(part, used.get()));
    return times;
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private Map<Thread, Seen> look() {
    Map<Thread, Seen> seen = new HashMap<>();
    groups.forEach((part, group) -> add(group, part, seen));
    ThreadGroup main = mainGroup();
    for (Thread thread : threads(main)) {
      if (!seen.containsKey(thread)) {
        put(thread, DEMO, seen);
      }
    }
    return seen;
  }

  private static void add(ThreadGroup group, String part, Map<Thread, Seen> seen) {
    for (Thread thread : threads(group)) {
      put(thread, thread.getName().startsWith(GRPC) ? GRPC : part, seen);
    }
  }

  private static void put(Thread thread, String part, Map<Thread, Seen> seen) {
    long nanos = THREADS.getThreadCpuTime(thread.getId());
    if (nanos >= 0) {
      seen.put(thread, new Seen(part, nanos));
    }
  }

  /** The group below the system's own: what user code runs in. */
  private static ThreadGroup mainGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null && group.getParent().getParent() != null) {
      group = group.getParent();
    }
    return group;
  }

  private static Set<Thread> threads(ThreadGroup group) {
    Thread[] threads = new Thread[group.activeCount() * 2 + 16];
    int count = group.enumerate(threads, true);
    return Set.of(Arrays.copyOf(threads, count));
  }
}
