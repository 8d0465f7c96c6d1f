#!/usr/bin/env bash
# Makes a Debian package of a published server: the program in /usr/lib/heron-apiserver, its configuration in /etc/heron, a systemd
# unit, its user, manual page and completion. The same input makes the same bytes.
#
# Usage: scripts/debian-package.sh [--architecture amd64|arm64] PUBLISHED DIR
#   PUBLISHED       a folder of scripts/publish.sh, with its share/
#   DIR             gets heron-apiserver_VERSION_ARCHITECTURE.deb
#   SOURCE_DATE_EPOCH in the environment is the time of all files; default 0.
set -euo pipefail
sources=$(cd "$(dirname "$0")/.." && pwd)

architecture=amd64
if [ "${1:-}" = --architecture ]; then architecture=${2:?--architecture needs amd64 or arm64}; shift 2; fi
case $architecture in amd64 | arm64) ;; *) echo "--architecture $architecture: use amd64 or arm64" >&2; exit 2 ;; esac
[ $# -eq 2 ] || { echo "give the published folder and the one for the package: see the head of scripts/debian-package.sh" >&2; exit 2; }
published=$1 out=$2
version=$(cat "$published/.heron-apiserver") || { echo "$published was not made by scripts/publish.sh" >&2; exit 2; }
[ -d "$published/share" ] || { echo "$published has no share/: publish with --describe PROGRAM (scripts/publish.sh)" >&2; exit 2; }
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
maintainer="the heron-apiserver authors <heron-apiserver@localhost>"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022

# A file, or all of a folder's, under another name, readable by all.
put() { install -D -m "${3:-644}" "$1" "$root/$2"; }

share=$root/usr/share
mkdir -p "$root/usr/lib/heron-apiserver" "$root/usr/bin" "$root/etc/heron" "$share"
(cd "$published" && find . -type f ! -path './conf/*' ! -path './share/*' ! -name LICENSE ! -name NOTICE ! -name THIRD-PARTY-NOTICES) |
    while read -r file; do put "$published/$file" "usr/lib/heron-apiserver/$file"; done
chmod 755 "$root/usr/lib/heron-apiserver/heron-apiserver"
ln -s ../lib/heron-apiserver/heron-apiserver "$root/usr/bin/heron-apiserver"
# Where the program looks for --base-template.
ln -s /etc/heron/conf "$root/usr/lib/heron-apiserver/conf"

(cd "$published/conf" && find . -type f) | while read -r file; do put "$published/conf/$file" "etc/heron/conf/$file"; done
put "$sources/deploy/debian/apiserver.yaml" etc/heron/apiserver.yaml
put "$sources/deploy/debian/apiserver.env" etc/heron/apiserver.env 600

mkdir -p "$root/usr/lib/systemd/system"
sed 's:/usr/local/bin/:/usr/bin/:' "$published/share/heron-apiserver.service" > "$root/usr/lib/systemd/system/heron-apiserver.service"
put "$sources/deploy/debian/sysusers.conf" usr/lib/sysusers.d/heron-apiserver.conf
put "$sources/deploy/debian/tmpfiles.conf" usr/lib/tmpfiles.d/heron-apiserver.conf
put "$published/share/heron-apiserver.bash" usr/share/bash-completion/completions/heron-apiserver
put "$published/share/_heron-apiserver" usr/share/zsh/vendor-completions/_heron-apiserver
mkdir -p "$share/man/man8"
gzip -n -9 < "$published/share/heron-apiserver.8" > "$share/man/man8/heron-apiserver.8.gz"

doc=$share/doc/heron-apiserver
mkdir -p "$doc/examples"
{ cat "$published/NOTICE"; printf '\nThe Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0.\n'; } > "$doc/copyright"
put "$sources/CHANGELOG.md" usr/share/doc/heron-apiserver/CHANGELOG.md
# What apt shows of an upgrade has to be in Debian's own form.
gzip -n -9 > "$doc/changelog.gz" <<END
heron-apiserver ($version) unstable; urgency=medium

  * What has changed stands in /usr/share/doc/heron-apiserver/CHANGELOG.md.

 -- $maintainer  $(LC_ALL=C date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
END
put "$published/THIRD-PARTY-NOTICES" usr/share/doc/heron-apiserver/THIRD-PARTY-NOTICES
[ ! -f "$published/share/sbom.cdx.json" ] || put "$published/share/sbom.cdx.json" usr/share/doc/heron-apiserver/sbom.cdx.json
# With what they show and refer to.
(cd "$sources/docs" && find . -type f) | while read -r file; do put "$sources/docs/$file" "usr/share/doc/heron-apiserver/$file"; done
for file in apiserver.nomad.hcl grafana-dashboard.json prometheus-alerts.yaml heron-apiserver-local.conf; do
    put "$sources/deploy/$file" "usr/share/doc/heron-apiserver/examples/$file"
done

control=$root/DEBIAN
mkdir "$control"
(cd "$root" && find etc -type f -printf '/%p\n' | LC_ALL=C sort) > "$control/conffiles"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) > "$control/md5sums"
size=$(find "$root" -type f ! -path "$control/*" -printf '%s\n' | awk '{ n += int(($1 + 1023) / 1024) } END { print n }')
for script in postinst prerm postrm; do install -m 755 "$sources/deploy/debian/$script" "$control/$script"; done
cat > "$control/control" <<END
Package: heron-apiserver
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6, libssl3 | libssl3t64, ca-certificates, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles
Suggests: bash-completion, curl, openssh-client, zookeeper
Section: net
Priority: optional
Description: API server of Apache Heron for HashiCorp Nomad
 The server that the heron command line submits topologies to. It plans their
 containers, stores and serves packages, writes the state that Heron's daemons
 read, and runs one Nomad job, or one process, for each container.
END

find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$out"
# One thread: how many there are would show in the bytes.
dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$root" "$out/heron-apiserver_${version}_$architecture.deb"
