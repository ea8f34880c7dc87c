import java.util.Timer;
import java.util.TimerTask;

/** A reminder for each user, a day ahead, in one timer. */
public class TimerTasks {
  static class Reminder extends TimerTask {
    final byte[] text = new byte[4000];

    @Override
    public void run() {
      text[0]++;
    }
  }

  static final Timer TIMER = new Timer("reminders", true);

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 250; i++) TIMER.schedule(new Reminder(), 86_400_000L);
    Ready.await();
  }
}
