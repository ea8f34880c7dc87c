import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.Set;

/** References with what is to be cleaned up, in a set, whose queue nobody polls. */
public class PhantomQueue {
  static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  static final Set<Resource> RESOURCES = new HashSet<>();

  static class Resource extends PhantomReference<Object> {
    final byte[] buffer = new byte[3000];

    Resource(Object of) {
      super(of, QUEUE);
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 350; i++) RESOURCES.add(new Resource(new Object()));
    Ready.await();
  }
}
