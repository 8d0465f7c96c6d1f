# heron-apiserver as a Nomad service job:
#   nomad job run -var node=HOSTNAME -var zookeeper=HOST:2181 deploy/apiserver.nomad.hcl
#
# The folder made by scripts/publish.sh must be on the node at /opt/heron-apiserver (else set -var program=...).
# The job is pinned to one node: packages and the journal live on its disk.

variable "node" {
  type        = string
  description = "host name of the node that runs the server"
}

variable "zookeeper" {
  type        = string
  description = "host:2181[,host:2181][/chroot]"
}

variable "nomad" {
  type        = string
  default     = "http://127.0.0.1:4646"
  description = "Nomad's HTTP address, as seen from that node"
}

variable "program" {
  type    = string
  default = "/opt/heron-apiserver/heron-apiserver"
}

variable "core_package" {
  type        = string
  default     = "/opt/heron/heron-core.tar.gz"
  description = "heron-core package that the tasks download from this server"
}

job "apiserver" {
  datacenters = ["dc1"]
  type        = "service"

  constraint {
    attribute = "${attr.unique.hostname}"
    value     = var.node
  }

  group "apiserver" {
    count = 1

    task "apiserver" {
      driver = "raw_exec"

      config {
        command = var.program
        args = [
          "--cluster", "nomad",
          "--download-hostname", "${attr.unique.network.ip-address}",
          "--heron-core-package-path", var.core_package,
          "-D", "heron.statemgr.connection.string=${var.zookeeper}",
          "-D", "heron.nomad.scheduler.uri=${var.nomad}",
        ]
      }

      # raw_exec sends SIGINT; the server finishes requests in flight for up to 10 s.
      kill_timeout = "15s"

      resources {
        cpu    = 500
        memory = 256
      }
    }
  }
}
