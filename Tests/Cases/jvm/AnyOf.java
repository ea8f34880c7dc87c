import java.util.concurrent.CompletableFuture;

/** Requests that wait for an answer or for the shutdown; neither comes. */
public class AnyOf {
  static final CompletableFuture<Object> SHUTDOWN = new CompletableFuture<>();

  static class Request {
    final byte[] body = new byte[6000];
    final CompletableFuture<Object> answer = new CompletableFuture<>();

    void send() {
      CompletableFuture.anyOf(SHUTDOWN, answer).thenRun(() -> body[0]++);
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 120; i++) new Request().send();
    Ready.await();
  }
}
