"""Reads and writes Heron's state as its own Python tools do: kazoo and the protobuf messages, nothing of ours.

usage: heron_state.py PROTO_FOLDER HOSTS COMMAND [ARGUMENT...]
Every line of output is one fact; "ready" tells that what was asked for is in place until standard input ends.
"""
import sys
import threading
import uuid

sys.path.insert(0, sys.argv[1])

from kazoo.client import KazooClient  # noqa: E402
from kazoo.exceptions import NoNodeError  # noqa: E402

import execution_state_pb2  # noqa: E402
import packing_plan_pb2  # noqa: E402
import physical_plan_pb2  # noqa: E402
import scheduler_pb2  # noqa: E402
import tmanager_pb2  # noqa: E402
import topology_pb2  # noqa: E402

MESSAGES = {
    "topologies": topology_pb2.Topology,
    "packingplans": packing_plan_pb2.PackingPlan,
    "executionstate": execution_state_pb2.ExecutionState,
    "schedulers": scheduler_pb2.SchedulerLocation,
    "pplans": physical_plan_pb2.PhysicalPlan,
    "tmanagers": tmanager_pb2.TManagerLocation,
}


def say(*words):
    print(*words, flush=True)


def wait_for_end_of_input():
    say("ready")
    sys.stdin.read()


def read(zk, name):
    """What a tracker shows of one topology."""
    for directory, message in MESSAGES.items():
        try:
            data, stat = zk.get("/heron/%s/%s" % (directory, name))
        except NoNodeError:
            say(directory, "absent")
            continue
        acls, _ = zk.get_acls("/heron/%s/%s" % (directory, name))
        parsed = message()
        parsed.ParseFromString(data)
        assert parsed.IsInitialized() and parsed.SerializeToString() == data, directory
        say(directory, "version", stat.version, "owner", stat.ephemeralOwner,
            "acl", ",".join("%s:%s:%d" % (a.id.scheme, a.id.id, a.perms) for a in acls))
        if directory == "topologies":
            say("id", parsed.id, "serialized", sum(c.comp.HasField("serialized_object") for c in list(parsed.spouts) + list(parsed.bolts)))
        elif directory == "executionstate":
            say("role", parsed.role, "environ", parsed.environ, "cluster", parsed.cluster, "since", parsed.submission_time)
        elif directory == "packingplans":
            say("containers", ",".join(str(c.id) for c in parsed.container_plans))
        elif directory == "schedulers":
            say("page", *parsed.job_page_link)


def write(zk, name):
    """What the daemons of a topology publish."""
    for directory in ("tmanagers", "pplans"):
        zk.ensure_path("/heron/" + directory)
    location = tmanager_pb2.TManagerLocation(
        topology_name=name, topology_id=name + "-id", host="10.0.0.7", controller_port=1, server_port=2, stats_port=3)
    zk.create("/heron/tmanagers/" + name, location.SerializeToString(), ephemeral=True)
    plan = physical_plan_pb2.PhysicalPlan()
    plan.topology.id = name + "-id"
    plan.topology.name = name
    plan.topology.state = topology_pb2.PAUSED
    plan.stmgrs.add(id="stmgr-1", host_name="10.0.0.8", data_port=4, local_endpoint="/unused", shell_port=5)
    zk.create("/heron/pplans/" + name, plan.SerializeToString())
    wait_for_end_of_input()


def submit(zk, name):
    """What a submission with the Java tools in direct mode leaves."""
    for directory in MESSAGES:
        zk.ensure_path("/heron/" + directory)
    topology = topology_pb2.Topology(id=name + "-id", name=name, state=topology_pb2.RUNNING)
    zk.create("/heron/topologies/" + name, topology.SerializeToString())
    zk.create("/heron/packingplans/" + name, packing_plan_pb2.PackingPlan(id=name + "-id").SerializeToString())
    state = execution_state_pb2.ExecutionState(
        topology_name=name, topology_id=name + "-id", cluster="nomad", environ="", role="ads", submission_time=1795338355)
    zk.create("/heron/executionstate/" + name, state.SerializeToString())
    location = scheduler_pb2.SchedulerLocation(topology_name=name, http_endpoint="scheduler_as_lib_no_endpoint")
    zk.create("/heron/schedulers/" + name, location.SerializeToString())


def track(zk):
    """A tracker: sees every topology through a child watch and asks for its execution state at once.

    A watch tells of a change a moment after it happened, so the count is taken when everything that is there has been seen.
    """
    seen = set()
    faults = []
    done = threading.Event()
    changes = threading.Condition()

    @zk.ChildrenWatch("/heron/topologies")
    def changed(names):
        for name in names:
            seen.add(name)
            try:
                data, _ = zk.get("/heron/executionstate/" + name)
                state = execution_state_pb2.ExecutionState()
                state.ParseFromString(data)
                if state.topology_name != name:
                    faults.append(name)
            except NoNodeError:
                # No name comes twice: it may only be missing because the topology is gone, too.
                if zk.exists("/heron/topologies/" + name):
                    faults.append(name)
        with changes:
            changes.notify_all()
        return not done.is_set()

    wait_for_end_of_input()
    zk.sync("/heron/topologies")
    there = set(zk.get_children("/heron/topologies"))
    with changes:
        changes.wait_for(lambda: seen.issuperset(there), 100)
    done.set()
    say("seen", len(seen), "faults", len(faults), *sorted(faults))


def hold(zk, path):
    """The nodes of a holder of Curator's InterProcessSemaphoreMutex."""
    zk.ensure_path(path + "/locks")
    lease = zk.create("%s/leases/_c_%s-lease-" % (path, uuid.uuid4()), b"127.0.0.1", ephemeral=True, sequence=True, makepath=True)
    wait_for_end_of_input()
    zk.delete(lease)
    say("given up")


def hold_kazoo(zk, path):
    """kazoo's own lock recipe at the same path."""
    with zk.Lock(path, "kazoo"):
        wait_for_end_of_input()
    say("given up")


def acquire(zk, path):
    """Curator's InterProcessSemaphoreMutex, written anew: says when it has the lock."""
    mine = zk.create("%s/locks/_c_%s-lock-" % (path, uuid.uuid4()), b"", ephemeral=True, sequence=True, makepath=True).rsplit("/", 1)[1]
    wait_until(zk, path + "/locks", lambda names: min(names, key=lambda n: n[-10:]) == mine)
    zk.create("%s/leases/_c_%s-lease-" % (path, uuid.uuid4()), b"", ephemeral=True, sequence=True, makepath=True)
    say("waiting")
    wait_until(zk, path + "/leases", lambda names: len(names) == 1)
    zk.delete("%s/locks/%s" % (path, mine))
    say("acquired")


def wait_until(zk, path, condition):
    while True:
        changed = threading.Event()
        if condition(zk.get_children(path, watch=lambda _: changed.set())):
            return
        changed.wait(30)


def main():
    # Daemons get killed, and a test waits for the end of their session; all others keep theirs on the slowest machine.
    zk = KazooClient(hosts=sys.argv[2], timeout=6 if sys.argv[3] == "write" else 60)
    zk.start(timeout=100)
    try:
        {"read": read, "write": write, "submit": submit, "track": track, "hold": hold, "hold_kazoo": hold_kazoo,
         "acquire": acquire}[sys.argv[3]](zk, *sys.argv[4:])
    finally:
        zk.stop()
        zk.close()


main()
