# heron-apiserver as a Nomad service job:
#   nomad job run -var node=HOSTNAME -var zookeeper=HOST:2181 deploy/apiserver.nomad.hcl
# Secrets and settings of one cluster stand in a file of variables: nomad job run -var-file=cluster.hcl ...
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

variable "port" {
  type        = number
  default     = 9000
  description = "static port of the node: people and tasks know the server by it"
}

variable "data" {
  type        = string
  default     = "/var/lib/heron"
  description = "folder of the node that packages, journal and history are kept in; it outlives the job's allocations"
}

variable "token_file" {
  type        = string
  default     = ""
  description = "file of the node that holds Nomad's ACL token, readable by its agent alone; empty without ACLs"
}

variable "consul" {
  type        = bool
  default     = false
  description = "register a service with a health check; Nomad then places the job only where Consul runs"
}

job "apiserver" {
  datacenters = ["dc1"]
  type        = "service"

  constraint {
    attribute = "${attr.unique.hostname}"
    value     = var.node
  }

  # One server at a time owns the folder: the old one ends before the new one starts, and a new one that does not become
  # healthy is taken back.
  update {
    max_parallel     = 1
    health_check     = var.consul ? "checks" : "task_states"
    min_healthy_time = "10s"
    healthy_deadline = "2m"
    auto_revert      = true
  }

  group "apiserver" {
    count = 1

    network {
      port "http" {
        static = var.port
      }
    }

    restart {
      attempts = 10
      interval = "10m"
      delay    = "5s"
      mode     = "delay"
    }

    dynamic "service" {
      for_each = var.consul ? ["heron-apiserver"] : []

      content {
        name = service.value
        port = "http"

        # Live, not ready: a server whose ZooKeeper or Nomad is away recovers by itself.
        check {
          type     = "http"
          path     = "/health/live"
          interval = "10s"
          timeout  = "2s"
        }
      }
    }

    task "apiserver" {
      driver = "raw_exec"

      config {
        # The shell only reads the token, and becomes the server.
        command = "/bin/sh"
        args = [
          "-c", "[ -z \"$TOKEN_FILE\" ] || NOMAD_TOKEN=$(cat \"$TOKEN_FILE\") || exit 2; export NOMAD_TOKEN; exec \"$0\" \"$@\"",
          var.program,
          "--cluster", "nomad",
          "--port", "${NOMAD_PORT_http}",
          "--download-hostname", "${attr.unique.network.ip-address}",
          "--heron-core-package-path", var.core_package,
          "-D", "heron.statemgr.connection.string=${var.zookeeper}",
          "-D", "heron.nomad.scheduler.uri=${var.nomad}",
          "-D", "heron.apiserver.http.file.system.directory=${var.data}/packages",
        ]
      }

      env {
        HOME       = var.data
        TOKEN_FILE = var.token_file
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
