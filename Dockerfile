# The server as an image. Publish first, then build:
#   ./scripts/publish.sh && docker build -t heron-apiserver .
#   docker run -p 9000:9000 -v heron:/var/lib/heron -v /opt/heron/heron-core.tar.gz:/heron-core.tar.gz:ro heron-apiserver \
#       --cluster nomad --download-hostname HOST --heron-core-package-path /heron-core.tar.gz \
#       -D heron.statemgr.connection.string=ZOOKEEPER:2181 -D heron.nomad.scheduler.uri=http://NOMAD:4646
# Tried with buildah (--format docker, for the health check). The scp uploader needs openssh-client besides.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/heron --create-home --shell /usr/sbin/nologin heron
COPY artifacts/heron-apiserver /opt/heron-apiserver
# Packages, journal and workspaces live below HOME unless the configuration says otherwise.
ENV HOME=/var/lib/heron
VOLUME /var/lib/heron
USER heron
EXPOSE 9000
# Live, not ready: a server whose ZooKeeper or Nomad is away recovers by itself, and a restart would only take it longer.
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["curl", "--fail", "--silent", "--show-error", "--noproxy", "*", "--output", "/dev/null", "http://127.0.0.1:9000/health/live"]
ENTRYPOINT ["/opt/heron-apiserver/heron-apiserver"]
