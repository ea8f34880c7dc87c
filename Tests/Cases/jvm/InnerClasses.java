import java.util.ArrayList;
import java.util.List;

/** Small iterators in a list, each of an inner class, which keeps the page that it is of. */
public class InnerClasses {
  static class Page {
    final byte[] rows = new byte[8000];

    class Cursor {
      int at;
    }
  }

  static final List<Page.Cursor> CURSORS = new ArrayList<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 150; i++) CURSORS.add(new Page().new Cursor());
    Ready.await();
  }
}
