"""The same work with kazoo. Arguments: server, root, then name=count for each row. Prints "name operations-per-second"."""
import sys
import time

from kazoo.client import KazooClient

hosts, root = sys.argv[1], sys.argv[2]
counts = {k: int(v) for k, v in (a.split("=") for a in sys.argv[3:])}
data = b"x" * 1024
zk = KazooClient(hosts=hosts)
zk.start()
zk.create(root)
zk.create(root + "/read", data)


def multi(path):
    t = zk.transaction()
    t.create(path, data)
    for i in range(4):
        t.create("%s/%d" % (path, i), data)
    return t.commit_async()


def wait(results):
    for r in results:
        r.get()


def work(tag, n):
    p = "%s/%s-" % (root, tag)
    return {
        "create sequential": lambda: [zk.create(p + "cs%d" % i, data) for i in range(n)],
        "create pipelined": lambda: wait([zk.create_async(p + "cp%d" % i, data) for i in range(n)]),
        "read sequential": lambda: [zk.get(root + "/read") for i in range(n)],
        "read pipelined": lambda: wait([zk.get_async(root + "/read") for i in range(n)]),
        "multi sequential": lambda: [multi(p + "ms%d" % i).get() for i in range(n)],
        "multi pipelined": lambda: wait([multi(p + "mp%d" % i) for i in range(n)]),
    }


for name, n in counts.items():
    work("warm", max(1, n // 4))[name]()
    start = time.perf_counter()
    work("run", n)[name]()
    print("%s\t%f" % (name, n / (time.perf_counter() - start)), flush=True)
zk.stop()
