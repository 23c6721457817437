#!/usr/bin/env bash
# One real Kafka broker on 127.0.0.1, from the jars that `./dev deps` fetched.
#
#   broker.sh check                                    say what is missing to run a broker (exit 1), or nothing (0)
#   broker.sh run DIR PORT CONTROLLER_PORT [KEY=VALUE ...]   become the broker; its data stays in DIR
#   broker.sh up STATE [PORT]                          start one in the background, print its bootstrap address
#   broker.sh down STATE                               stop it and remove its data
#
# In the settings @DIR@, @PORT@ and @CONTROLLER_PORT@ stand for those of the broker. Instead of a setting, scram:NAME=PASSWORD
# makes a user for SCRAM-SHA-256 and SCRAM-SHA-512 when the broker's data is made.
#
# STATE is a folder: it holds `bootstrap` (the address), `pid` and `dir` (where data and broker.log are).
# KAFKA_HEAP_OPTS replaces the heap settings, STREAMS_DEPS the folder that holds the jars.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jars=${STREAMS_DEPS:-${XDG_CACHE_HOME:-$HOME/.cache}/streams}/kafka-4.1.1

check() {
  if ! command -v java >/dev/null; then
    echo "no java on the PATH: run ./dev deps"
    return 1
  fi
  if ! compgen -G "$jars/kafka_2.13-*.jar" >/dev/null; then
    echo "no Kafka jars in $jars: run ./dev deps"
    return 1
  fi
}

run() {
  local dir=$1 port=$2 controller_port=$3 mechanism
  shift 3
  check
  mkdir -p "$dir"
  local argument settings=() users=()
  for argument in "$@"; do
    if [[ $argument == scram:*=* ]]; then
      argument=${argument#scram:}
      for mechanism in SCRAM-SHA-256 SCRAM-SHA-512; do
        users+=(--add-scram "$mechanism=[name=${argument%%=*},password=${argument#*=}]")
      done
    else
      settings+=("$argument")
    fi
  done
  { cat "$here/server.properties.in" && printf '%s\n' "${settings[@]}"; } |
    sed -e "s|@DIR@|$dir|g" -e "s|@PORT@|$port|g" -e "s|@CONTROLLER_PORT@|$controller_port|g" >"$dir/server.properties"
  local java=(java -Dlog4j2.configurationFile="$here/log4j2.yaml" -Djava.awt.headless=true -XX:+UseSerialGC -cp "$jars/*")
  if [ ! -e "$dir/data/meta.properties" ]; then
    "${java[@]}" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format --standalone \
      -t "$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c1-22)" -c "$dir/server.properties" "${users[@]}" >/dev/null
  fi
  # shellcheck disable=SC2086  # several words on purpose
  exec "${java[@]}" ${KAFKA_HEAP_OPTS:--Xmx384m} kafka.Kafka "$dir/server.properties"
}

# Whether something listens on the port.
listening() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Whether the broker on the port answers a Metadata request (version 0, all topics) with itself in it.
answers() {
  listening "$1" || return 1
  local reply
  reply=$(
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf '\x00\x00\x00\x0e\x00\x03\x00\x00\x00\x00\x00\x01\xff\xff\x00\x00\x00\x00' >&3
    timeout 2 head -c 12 <&3 | od -An -v -tx1 | tr -d ' \n'
  ) 2>/dev/null
  # length, correlation id, count of brokers
  [ "${#reply}" -eq 24 ] && [ "${reply:16:8}" != 00000000 ]
}

# A free port below the kernel's range for outgoing connections, so that a client cannot take it while the broker is down.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    listening "$port" || break
  done
  echo "$port"
}

up() {
  local state=$1 port=${2:-}
  check
  mkdir -p "$state"
  if [ -e "$state/pid" ] && kill -0 "$(cat "$state/pid")" 2>/dev/null; then
    cat "$state/bootstrap"
    return
  fi
  [ -n "$port" ] || port=$(free_port)
  if listening "$port"; then
    echo "port $port is in use: choose another one" >&2
    return 1
  fi
  local dir
  dir=$(mktemp -d "${TMPDIR:-/tmp}/streams-kafka.XXXXXX")
  setsid "$here/broker.sh" run "$dir" "$port" "$(free_port)" </dev/null >"$dir/broker.log" 2>&1 &
  local pid=$!
  echo "$pid" >"$state/pid"
  echo "$dir" >"$state/dir"
  local deadline=$((SECONDS + 60))
  until answers "$port"; do
    if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      echo "the broker did not start; its log:" >&2
      tail -n 20 "$dir/broker.log" >&2
      down "$state"
      return 1
    fi
    sleep 0.1
  done
  echo "127.0.0.1:$port" >"$state/bootstrap"
  cat "$state/bootstrap"
}

down() {
  local state=$1
  [ -e "$state/pid" ] || return 0
  local pid dir
  pid=$(cat "$state/pid")
  dir=$(cat "$state/dir")
  rm -f "$state/bootstrap"
  kill "$pid" 2>/dev/null || true
  local deadline=$((SECONDS + 10))
  while kill -0 "$pid" 2>/dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.1
  done
  rm -rf -- "$dir" "$state/pid" "$state/dir"
}

command=${1:-}
case $command in
  check | run | up | down) shift && "$command" "$@" ;;
  *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" && exit 2 ;;
esac
