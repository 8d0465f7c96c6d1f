import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreMutex;
import org.apache.curator.retry.RetryOneTime;

/**
 * Takes the lock that Heron's Java tools take during an update, with their own library.
 * Arguments: connection string, path, seconds to wait. Holds the lock until standard input ends.
 */
public final class CuratorLock {
  public static void main(String[] arguments) throws Exception {
    CuratorFramework client = CuratorFrameworkFactory.newClient(arguments[0], 30_000, 60_000, new RetryOneTime(100));
    client.start();
    InterProcessSemaphoreMutex mutex = new InterProcessSemaphoreMutex(client, arguments[1]);
    System.out.println("asking");
    if (mutex.acquire(Long.parseLong(arguments[2]), TimeUnit.SECONDS)) {
      System.out.println("acquired");
      while (System.in.read() >= 0) {
        // Until the end.
      }
      mutex.release();
      System.out.println("given up");
    } else {
      System.out.println("not acquired");
    }
    client.close();
  }
}
