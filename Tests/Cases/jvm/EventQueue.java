import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A queue that nobody drains. */
public class EventQueue {
  static class Event {
    final byte[] payload = new byte[1200];
  }

  static final Queue<Event> PENDING = new ConcurrentLinkedQueue<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 800; i++) PENDING.add(new Event());
    Ready.await();
  }
}
