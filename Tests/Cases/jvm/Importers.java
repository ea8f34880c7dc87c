import java.util.concurrent.locks.LockSupport;

/** Threads that wait for ever, each with a buffer in a local variable. */
public class Importers {
  static class Importer implements Runnable {
    @Override
    public void run() {
      read();
    }

    void read() {
      byte[] buffer = new byte[30000];
      while (buffer[0] == 0) LockSupport.park();
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 60; i++) {
      Thread thread = new Thread(new Importer(), "importer-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    Thread.sleep(500);
    Ready.await();
  }
}
