import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A ThreadLocal that grows with each task in threads that a pool keeps. */
public class ThreadLocals {
  static class AuditTrail {
    final List<byte[]> records = new ArrayList<>();
  }

  static final ThreadLocal<AuditTrail> TRAIL = ThreadLocal.withInitial(AuditTrail::new);

  public static void main(String[] arguments) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<java.util.concurrent.Future<?>> done = new ArrayList<>();
    for (int i = 0; i < 320; i++) done.add(pool.submit(() -> TRAIL.get().records.add(new byte[4000])));
    for (java.util.concurrent.Future<?> each : done) each.get();
    done = null;
    Ready.await();
  }
}
