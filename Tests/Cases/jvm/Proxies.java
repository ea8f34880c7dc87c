import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** A registry of proxies, each with a handler that keeps a connection. */
public class Proxies {
  interface Account {
    int balance();
  }

  static class RemoteHandler implements InvocationHandler {
    final byte[] connection = new byte[5000];

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return (int) connection[0];
    }
  }

  static final Map<Integer, Account> ACCOUNTS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 200; i++) {
      Object proxy =
          Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {Account.class}, new RemoteHandler());
      ACCOUNTS.put(i, (Account) proxy);
    }
    Ready.await();
  }
}
