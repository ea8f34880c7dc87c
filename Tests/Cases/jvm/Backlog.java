import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An executor whose only thread is stuck: its queue grows. */
public class Backlog {
  static class Mail implements Runnable {
    final byte[] text = new byte[2500];

    @Override
    public void run() {
      text[0]++;
    }
  }

  static final ExecutorService MAILER = Executors.newSingleThreadExecutor();

  public static void main(String[] arguments) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    MAILER.execute(
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    for (int i = 0; i < 400; i++) MAILER.execute(new Mail());
    Ready.await();
  }
}
