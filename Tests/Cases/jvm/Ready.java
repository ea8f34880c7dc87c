import java.io.IOException;

/** What every scenario ends with: it says that it is ready, and waits until its input ends. */
final class Ready {
  static void await() throws IOException {
    System.gc();
    System.out.println("ready");
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0);
  }
}
