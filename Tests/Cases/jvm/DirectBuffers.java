import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A pool of direct buffers that only grows. */
public class DirectBuffers {
  static class BufferPool {
    final List<ByteBuffer> free = new ArrayList<>();
  }

  static final BufferPool POOL = new BufferPool();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 80; i++) POOL.free.add(ByteBuffer.allocateDirect(1 << 20));
    Ready.await();
  }
}
