import java.util.Map;
import java.util.WeakHashMap;

/** A cache with weak keys whose values lead to the keys. */
public class WeakValues {
  static class Document {
    final byte[] text = new byte[3000];
  }

  static class Layout {
    final Document document;

    Layout(Document document) {
      this.document = document;
    }
  }

  static final Map<Document, Layout> LAYOUTS = new WeakHashMap<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 400; i++) {
      Document document = new Document();
      LAYOUTS.put(document, new Layout(document));
    }
    Ready.await();
  }
}
