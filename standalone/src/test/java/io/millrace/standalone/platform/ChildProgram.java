package io.millrace.standalone.platform;

import java.util.concurrent.CountDownLatch;

/** A small program that tests run as a child: says that it is ready and waits, or fails. */
public final class ChildProgram {
  private ChildProgram() {}

  /** {@code ready}: waits for ever; {@code fail}: ends with 3; {@code silent}: never ready. */
  public static void main(String[] args) throws InterruptedException {
    switch (args[0]) {
      case "fail" -> {
        System.err.println("cannot do it: no reason");
        System.exit(3);
      }
      case "ready" -> System.out.println("ready at 127.0.0.1:1234");
      default -> System.out.println("starting");
    }
    new CountDownLatch(1).await();
  }
}
