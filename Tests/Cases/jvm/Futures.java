import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Calls that wait for an answer by number; the answers were lost. */
public class Futures {
  static class Answer {
    final byte[] body = new byte[10];
  }

  static class PendingCalls {
    final Map<Long, CompletableFuture<Answer>> byNumber = new ConcurrentHashMap<>();
  }

  static final PendingCalls CALLS = new PendingCalls();

  static void call(long number) {
    byte[] request = new byte[4000];
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    answer.thenAccept(a -> request[0] = a.body[0]);
    CALLS.byNumber.put(number, answer);
  }

  public static void main(String[] arguments) throws Exception {
    for (long i = 0; i < 250; i++) call(i);
    Ready.await();
  }
}
