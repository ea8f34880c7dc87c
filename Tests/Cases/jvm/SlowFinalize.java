/** Files whose finalize() takes longer than they take to come. */
public class SlowFinalize {
  static class DataFile {
    final byte[] buffer = new byte[4000];

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    protected void finalize() throws InterruptedException {
      Thread.sleep(3_600_000);
    }
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 300; i++) new DataFile();
    System.gc();
    Thread.sleep(200);
    Ready.await();
  }
}
