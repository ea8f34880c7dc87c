/** A module that is deployed again and again; each time a loader of its own loads it. */
public class Plugin {
  static Plugin current;
  static final byte[] settings = new byte[9_000];

  public Plugin() {
    current = this;
  }
}
