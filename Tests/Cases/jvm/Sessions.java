import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions that are never taken out of a map. */
public class Sessions {
  static class Session {
    final byte[] cart = new byte[3600];
  }

  static final Map<String, Session> SESSIONS = new ConcurrentHashMap<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 300; i++) SESSIONS.put("session-" + i, new Session());
    Ready.await();
  }
}
