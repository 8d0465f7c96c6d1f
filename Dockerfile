# The server as an image. Publish first, then build:
#   ./scripts/publish.sh && docker build -t heron-apiserver .
#   docker run -p 9000:9000 -v heron:/var/lib/heron heron-apiserver --cluster nomad --download-hostname HOST
# The scp uploader needs openssh-client besides.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 libstdc++6 zlib1g \
    && rm -rf /var/lib/apt/lists/*
COPY artifacts/heron-apiserver /opt/heron-apiserver
# Packages, journal and workspaces live below HOME unless the configuration says otherwise.
ENV HOME=/var/lib/heron
VOLUME /var/lib/heron
EXPOSE 9000
ENTRYPOINT ["/opt/heron-apiserver/heron-apiserver"]
