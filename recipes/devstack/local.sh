#!/usr/bin/env bash
# Judges a DevStack once it is up: copy it into the devstack folder, executable; stack.sh runs it near its end. It needs
# Node 20.19 or newer. What it found stands in its log and in $OUT, and only with STRICT=1 it ends stack.sh too.
set -o errexit -o nounset -o pipefail

PACKAGE=${PACKAGE:-novaspec@latest}
# Where novaspec is installed, and the folder of the run.
PREFIX=${PREFIX:-${DEST:-/opt/stack}/novaspec}
OUT=${OUT:-$PREFIX/results/$(date --utc +%Y-%m-%dT%H-%M-%S)}
# Further options of `novaspec run`, words only.
read -ra arguments <<< "${ARGUMENTS:-}"

# DevStack exports the admin's OS_*, and its clouds.yaml holds everybody.
unset "${!OS_@}"
export OS_CLIENT_CONFIG_FILE=${CLOUDS_FILE:-/etc/openstack/clouds.yaml}

npm install --global --prefix "$PREFIX" --no-audit --no-fund "$PACKAGE"

code=0
PATH="$PREFIX/bin:$PATH" novaspec run --out "$OUT" \
    --os-cloud devstack \
    --persona reader=devstack-reader \
    --persona other=devstack-alt-member \
    --persona admin=devstack-admin \
    "${arguments[@]}" || code=$?

echo "novaspec ended with exit code $code; its reports are in $OUT"
if [[ ${STRICT:-0} == 1 ]]; then
    exit "$code"
fi
