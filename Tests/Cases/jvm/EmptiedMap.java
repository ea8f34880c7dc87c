import java.util.HashMap;
import java.util.Map;

/** A map that had very many entries once. */
public class EmptiedMap {
  static final Map<Integer, String> ORDERS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 100_000; i++) ORDERS.put(i, "open");
    for (int i = 25; i < 100_000; i++) ORDERS.remove(i);
    Ready.await();
  }
}
