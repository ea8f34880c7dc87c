/** Each session registers a shutdown hook, and takes none away. */
public class ShutdownHooks {
  static class Session extends Thread {
    final byte[] state = new byte[5000];

    @Override
    public void run() {
      state[0]++;
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 150; i++) Runtime.getRuntime().addShutdownHook(new Session());
    Ready.await();
  }
}
