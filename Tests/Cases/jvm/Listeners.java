import java.util.ArrayList;
import java.util.List;

/** Screens that subscribe with a lambda to a singleton, and never go. */
public class Listeners {
  enum Prices {
    INSTANCE;

    final List<Runnable> listeners = new ArrayList<>();
  }

  static class Screen {
    final byte[] pixels = new byte[9000];
    final Runnable listener = () -> pixels[0]++;

    void open() {
      Prices.INSTANCE.listeners.add(listener);
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 120; i++) new Screen().open();
    Ready.await();
  }
}
