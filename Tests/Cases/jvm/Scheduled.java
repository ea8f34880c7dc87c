import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A timeout for each call, an hour ahead, that nobody cancels. */
public class Scheduled {
  static class Call {
    final byte[] answer = new byte[6000];

    void expire() {
      answer[0]++;
    }
  }

  static final ScheduledExecutorService TIMEOUTS = Executors.newScheduledThreadPool(1);

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 150; i++) {
      Call call = new Call();
      TIMEOUTS.schedule(call::expire, 1, TimeUnit.HOURS);
    }
    Ready.await();
  }
}
