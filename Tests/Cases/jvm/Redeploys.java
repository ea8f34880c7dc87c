import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** An application that was deployed again and again; a driver manager keeps a driver of each. */
public class Redeploys {
  public static class Driver {
    static final byte[] CACHE = new byte[200_000];
  }

  static class WebAppLoader extends ClassLoader {
    WebAppLoader() {
      super(Redeploys.class.getClassLoader());
    }

    Object deploy() throws Exception {
      try (InputStream code = Redeploys.class.getResourceAsStream("Redeploys$Driver.class")) {
        byte[] bytes = code.readAllBytes();
        return defineClass("Redeploys$Driver", bytes, 0, bytes.length).getDeclaredConstructor().newInstance();
      }
    }
  }

  static final List<Object> DRIVERS = new ArrayList<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 8; i++) DRIVERS.add(new WebAppLoader().deploy());
    Ready.await();
  }
}
