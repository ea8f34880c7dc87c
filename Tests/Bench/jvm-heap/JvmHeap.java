import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;

/** Builds a heap like that of a shop and dumps itself: java JvmHeap.java FILE CUSTOMERS PRODUCTS ENTITIES RING CHAIN. */
public class JvmHeap {
  static final class Customer { String name, mail; List<Order> orders = new ArrayList<>(2); long id; double credit; }
  static final class Order { Customer customer; Line[] lines; String code; long time; Order previous; }
  static final class Line { Order order; Product product; Integer count; double price; }
  static final class Product { String sku, title; Map<String, Object> attributes = new HashMap<>(); byte[] image; }
  static final class Entity { Entity first, second; int number; boolean flag; char letter; short little; float share; byte tiny; }
  /** A link of a ring and of a list of any length: what recursion breaks at. */
  static final class Link { Link next; }

  static List<Customer> customers;
  static Product[] products;
  static Entity[] entities;
  static Link ring, chain;
  static final Map<Long, String> index = new ConcurrentHashMap<>();
  static final TreeMap<Integer, long[]> sorted = new TreeMap<>();

  static Product product(int i, Random random) {
    Product product = new Product();
    product.sku = "SKU-" + i;
    product.title = "Product \u2603 " + i;
    product.attributes.put("weight", random.nextInt(100_000));
    product.attributes.put("color", "c" + random.nextInt(5_000));
    product.attributes.put("size", new int[] {i, i, i});
    product.image = new byte[random.nextInt(200)];
    return product;
  }

  static Customer customer(int i, Random random) {
    Customer customer = new Customer();
    customer.id = i;
    customer.name = "Name " + i;
    customer.mail = "user" + i + "@example.org";
    Order previous = null;
    for (int orders = 1 + random.nextInt(3); orders > 0; orders--) {
      Order order = new Order();
      order.customer = customer;
      order.code = "O" + i + "/" + orders;
      order.previous = previous;
      order.lines = new Line[1 + random.nextInt(4)];
      for (int k = 0; k < order.lines.length; k++) {
        Line line = order.lines[k] = new Line();
        line.order = order;
        line.product = products[random.nextInt(products.length)];
        line.count = random.nextInt(2_000);
      }
      customer.orders.add(previous = order);
    }
    if (i % 3 == 0) index.put(i + (1L << 33), customer.name);
    if (i % 10 == 0) sorted.put(i, new long[] {i, i});
    return customer;
  }

  static Link links(int count, boolean closed) {
    Link first = new Link(), last = first;
    for (int i = 1; i < count; i++) last = last.next = new Link();
    if (closed) last.next = first;
    return first;
  }

  public static void main(String[] arguments) throws Exception {
    int[] sizes = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
    Random random = new Random(42);
    products = new Product[sizes[1]];
    for (int i = 0; i < products.length; i++) products[i] = product(i, random);
    customers = new ArrayList<>(sizes[0]);
    for (int i = 0; i < sizes[0]; i++) customers.add(customer(i, random));
    entities = new Entity[sizes[2]];
    for (int i = 0; i < entities.length; i++) (entities[i] = new Entity()).number = i;
    for (Entity entity : entities) {
      if (random.nextInt(10) < 8) entity.first = entities[random.nextInt(entities.length)];
      if (random.nextInt(10) < 8) entity.second = entities[random.nextInt(entities.length)];
    }
    ring = links(sizes[3], true);
    chain = links(sizes[4], false);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[0], true);
  }
}
