import java.util.List;
import java.util.Map;

/** What a library computes for each class, kept by the classes themselves. */
public class ClassValues {
  static class MetaInfo {
    final byte[] table = new byte[60000];
    final MetaInfo self = this;
  }

  static final ClassValue<MetaInfo> INFO =
      new ClassValue<MetaInfo>() {
        @Override
        protected MetaInfo computeValue(Class<?> type) {
          return new MetaInfo();
        }
      };

  public static void main(String[] arguments) throws Exception {
    Class<?>[] types = {String.class, Integer.class, ClassValues.class, List.class, Map.class, Thread.class, Object.class};
    for (Class<?> type : types) INFO.get(type);
    Ready.await();
  }
}
