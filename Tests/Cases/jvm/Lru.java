import java.util.LinkedHashMap;
import java.util.Map;

/** A cache in the order of use that never takes out its eldest. */
public class Lru {
  static class Thumbnail {
    final byte[] pixels = new byte[3500];
  }

  static class ImageCache {
    final Map<String, Thumbnail> byName = new LinkedHashMap<>(16, 0.75f, true);
  }

  static final ImageCache IMAGES = new ImageCache();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 300; i++) IMAGES.byName.put("image-" + i, new Thumbnail());
    Ready.await();
  }
}
