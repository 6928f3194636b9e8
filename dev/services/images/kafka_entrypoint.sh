#!/bin/sh
# Turns KAFKA_* into settings, named as the official image names them, formats an empty folder and
# becomes Kafka. The first start of all leaves what later ones format with.
set -eu
settings=/tmp/server.properties
template=/opt/kafka/bootstrap.checkpoint
data=${KAFKA_LOG_DIRS:-/data/kafka}
cluster=${CLUSTER_ID:-Y2F1Y2UtZGV2LWNsdXN0ZQ}
export KAFKA_LOG_DIRS="$data"

env | grep '^KAFKA_' | grep -v -E '^KAFKA_(HEAP_OPTS|OPTS|JVM_PERFORMANCE_OPTS)=' |
  while IFS= read -r line; do
    name=$(echo "${line%%=*}" | sed 's/^KAFKA_//; s/___/-/g; s/__/%/g; s/_/./g; s/%/_/g' | tr A-Z a-z)
    echo "$name=${line#*=}"
  done >"$settings"

set -- -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  -Dlog4j2.configurationFile=/opt/kafka/log4j2.properties -cp "$(ls /opt/kafka/libs/*.jar | tr '\n' ':')" "$@"
set -- ${KAFKA_HEAP_OPTS:--Xmx256m} ${KAFKA_OPTS:-} "$@"

if [ ! -f "$template" ]; then
  /opt/java/bin/java "$@" kafka.tools.StorageTool format -t "$cluster" -c "$settings"
  cp "$data/bootstrap.checkpoint" "$template"
elif [ ! -f "$data/meta.properties" ]; then
  mkdir -p "$data"
  cp "$template" "$data/"
  directory=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c 1-22)
  printf 'version=1\ncluster.id=%s\nnode.id=%s\ndirectory.id=%s\n' \
    "$cluster" "$KAFKA_NODE_ID" "$directory" >"$data/meta.properties"
fi
if [ -f /opt/kafka/classes.jsa ]; then
  set -- -XX:SharedArchiveFile=/opt/kafka/classes.jsa "$@"
else
  set -- -XX:ArchiveClassesAtExit=/opt/kafka/classes.jsa "$@"
fi
exec /opt/java/bin/java "$@" kafka.Kafka "$settings"
