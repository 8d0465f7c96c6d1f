import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/** The same work with Apache's own client. Arguments: server, root, then name=count for each row. Prints "name TAB operations per second". */
public class JavaBench {
  static final byte[] DATA = new byte[1024];
  static ZooKeeper zk;
  static String root;

  public static void main(String[] args) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    zk = new ZooKeeper(args[0], 30000, e -> { if (e.getState() == Watcher.Event.KeeperState.SyncConnected) connected.countDown(); });
    connected.await();
    root = args[1];
    zk.create(root, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    zk.create(root + "/read", DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    for (int i = 2; i < args.length; i++) {
      String[] row = args[i].split("=");
      int n = Integer.parseInt(row[1]);
      work(row[0], "warm", Math.max(1, n / 4));
      long start = System.nanoTime();
      work(row[0], "run", n);
      System.out.println(row[0] + "\t" + n / ((System.nanoTime() - start) / 1e9));
    }
    zk.close();
    System.exit(0);
  }

  static List<Op> ops(String path) {
    List<Op> ops = new ArrayList<>();
    ops.add(Op.create(path, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
    for (int i = 0; i < 4; i++) {
      ops.add(Op.create(path + "/" + i, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
    }
    return ops;
  }

  static void check(int rc) {
    if (rc != 0) {
      throw new IllegalStateException("rc " + rc);
    }
  }

  static void work(String name, String tag, int n) throws Exception {
    String p = root + "/" + tag + "-";
    CountDownLatch done = new CountDownLatch(n);
    for (int i = 0; i < n; i++) {
      switch (name) {
        case "create sequential": zk.create(p + "cs" + i, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT); break;
        case "create pipelined": zk.create(p + "cp" + i, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, (rc, a, b, c) -> { check(rc); done.countDown(); }, null); break;
        case "read sequential": zk.getData(root + "/read", false, null); break;
        case "read pipelined": zk.getData(root + "/read", false, (rc, a, b, c, d) -> { check(rc); done.countDown(); }, null); break;
        case "multi sequential": zk.multi(ops(p + "ms" + i)); break;
        case "multi pipelined": zk.multi(ops(p + "mp" + i), (rc, a, b, c) -> { check(rc); done.countDown(); }, null); break;
        default: throw new IllegalArgumentException(name);
      }
    }
    if (name.endsWith("pipelined")) {
      done.await();
    }
  }
}
