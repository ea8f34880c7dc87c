import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Plants the memory leaks Java programs really have, each a few times, and waits to be dumped. */
public class JvmLeaks {

  // panels: a listener that nobody takes out of a static map. The listener is an inner class: it keeps its panel,
  // and the panel keeps it.
  interface Listener {
    void clicked(int x, int y);
  }

  static final class EventBus {
    static final Map<String, List<Listener>> listeners = new HashMap<>();
  }

  static final class Panel {
    final byte[] pixels = new byte[24_000];
    final ClickListener listener = new ClickListener();

    final class ClickListener implements Listener {
      int clicks;

      @Override
      public void clicked(int x, int y) {
        clicks++;
        pixels[x] = (byte) y;
      }
    }

    Panel() {
      EventBus.listeners.computeIfAbsent("click", name -> new ArrayList<>()).add(listener);
    }
  }

  // requests: a ThreadLocal that is not removed when the work is done; the threads of the pool live on.
  static final ThreadLocal<RequestContext> currentRequest = new ThreadLocal<>();

  static final class RequestContext {
    final RequestScope scope = new RequestScope(this);
    final byte[] body = new byte[6_000];
  }

  static final class RequestScope {
    final RequestContext context;

    RequestScope(RequestContext context) {
      this.context = context;
    }
  }

  // reports: a lambda that captures its receiver, in a static list of things to do at the end.
  static final List<Runnable> atExit = new ArrayList<>();

  static final class Report {
    final int[] rows = new int[1_000];
    final Runnable flush = () -> rows[0]++;

    Report() {
      atExit.add(flush);
    }
  }

  // plugins: what is left of modules that were taken out. One object of each in a static list keeps its class, that
  // its loader, and that all classes of the module with their static fields.
  static final List<Object> deployed = new ArrayList<>();

  static final class PluginLoader extends ClassLoader {
    PluginLoader() {
      super("plugin", JvmLeaks.class.getClassLoader());
    }

    Class<?> define(byte[] contents) {
      return defineClass("Plugin", contents, 0, contents.length);
    }
  }

  // folders: a tree whose nodes know their parents.
  static final class Folder {
    final Folder parent;
    final List<Folder> children = new ArrayList<>();
    final String name;

    Folder(Folder parent, String name, int depth) {
      this.parent = parent;
      this.name = name;
      for (int i = 0; depth > 0 && i < 3; i++) {
        children.add(new Folder(this, name + "/" + i, depth - 1));
      }
    }
  }

  static final List<Folder> openFolders = new ArrayList<>();

  // stations: a ring.
  static final class Station {
    Station next;
    final String name;

    Station(String name) {
      this.name = name;
    }
  }

  static final Map<String, Station> lines = new HashMap<>();

  // documents: cycles that only weak references lead to. The next collection takes them.
  static final class Document {
    final Outline outline = new Outline(this);
    final char[] text = new char[700];
  }

  static final class Outline {
    final Document document;

    Outline(Document document) {
      this.document = document;
    }
  }

  static final List<WeakReference<Document>> recent = new ArrayList<>();

  // orphans: cycles that nothing leads to.
  static final class Orphan {
    Orphan next;
  }

  // jobs: a local variable of a thread that waits for something that never comes.
  static final class Job {
    final JobQueue queue = new JobQueue(this);
    final byte[] input = new byte[3_000];
  }

  static final class JobQueue {
    final Job head;

    JobQueue(Job head) {
      this.head = head;
    }
  }

  // session-cache: one cache that only grows, linked both ways. The heavy one.
  static final class SessionCache {
    final Map<String, Session> sessions = new ConcurrentHashMap<>();
    Session newest;

    void add(int number) {
      Session session = new Session(this, "user" + number + "@example.org");
      session.older = newest;
      if (newest != null) {
        newest.newer = session;
      }
      newest = session;
      sessions.put(session.user, session);
    }
  }

  static final class Session {
    final SessionCache cache;
    final String user;
    final byte[] state = new byte[2_000];
    Session older;
    Session newer;

    Session(SessionCache cache, String user) {
      this.cache = cache;
      this.user = user;
    }
  }

  static final SessionCache sessionCache = new SessionCache();

  // catalogue: large, and no leak.
  static final Map<Integer, String> catalogue = new HashMap<>();

  static void waitForever(CountDownLatch ready, CountDownLatch never) {
    ready.countDown();
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void runJob(CountDownLatch ready, CountDownLatch never) {
    Job job = new Job();
    waitForever(ready, never);
    System.out.println(job.queue);
  }

  static void serveRequest(CountDownLatch ready, CountDownLatch never) {
    currentRequest.set(new RequestContext());
    waitForever(ready, never);
  }

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 3_000; i++) {
      catalogue.put(i, "article " + i);
    }
    for (int i = 0; i < 400; i++) {
      sessionCache.add(i);
    }
    for (int i = 0; i < 7; i++) {
      new Panel();
    }
    for (int i = 0; i < 6; i++) {
      new Report();
    }
    byte[] contents = JvmLeaks.class.getResourceAsStream("/Plugin.bin").readAllBytes();
    for (int i = 0; i < 3; i++) {
      Class<?> plugin = new PluginLoader().define(contents);
      deployed.add(plugin.getDeclaredConstructor().newInstance());
    }
    for (int i = 0; i < 2; i++) {
      openFolders.add(new Folder(null, "volume" + i, 3));
    }
    for (int line = 0; line < 5; line++) {
      Station first = new Station("S0");
      Station last = first;
      for (int i = 1; i < 6; i++) {
        last.next = new Station("S" + i);
        last = last.next;
      }
      last.next = first;
      lines.put("line " + line, first);
    }
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch ready = new CountDownLatch(7);
    for (int i = 0; i < 4; i++) {
      start("pool-thread-" + i, () -> serveRequest(ready, never));
    }
    for (int i = 0; i < 3; i++) {
      start("job-thread-" + i, () -> runJob(ready, never));
    }
    ready.await();

    // What was made on the way goes; what follows is what a collection has not seen yet.
    System.gc();
    for (int i = 0; i < 9; i++) {
      recent.add(new WeakReference<>(new Document()));
    }
    for (int i = 0; i < 6; i++) {
      Orphan first = new Orphan();
      first.next = new Orphan();
      first.next.next = new Orphan();
      first.next.next.next = first;
    }
    System.out.println("ready " + ProcessHandle.current().pid());
    System.in.read();
  }
}
