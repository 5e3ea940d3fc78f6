package io.millrace.server.fuzz;

import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What is held after a collection.
 *
 * @param heapBytes on the heap
 * @param directBytes in direct buffers of Java
 * @param networkBytes in pools of buffers for the network
 */
record MemoryUse(long heapBytes, long directBytes, long networkBytes) {
  static MemoryUse now() {
    System.gc();
    var network = PooledByteBufAllocator.DEFAULT.metric();
    return new MemoryUse(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum(),
        network.usedDirectMemory() + network.usedHeapMemory());
  }
}
