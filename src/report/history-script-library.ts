/** The functions of the script that plays a history again, in POSIX shell; needs curl and the usual text tools. */
export const scriptLibrary = String.raw`say() { printf '%s\n' "$*"; }
cannot() { say "could not be played: $*" >&2; exit 2; }
fails() { say "FAILED AGAIN: $*"; exit 1; }
conforms() { say "as the contract says: $*"; exit 0; }

# send NAME TOKEN METHOD URL [OPTION OF CURL]...: the status goes to STATUS, the body to the file NAME.
send() {
  s_name=$1 s_token=$2 s_method=$3 s_url=$4
  shift 4
  [ -z "$s_token" ] || set -- -H "X-Auth-Token: $s_token" "$@"
  : > "$WORK/$s_name"
  : > "$WORK/$s_name.headers"
  STATUS=$(curl -sS --globoff --max-time 120 -X "$s_method" -D "$WORK/$s_name.headers" -o "$WORK/$s_name" -w '%{http_code}' "$@" "$s_url") || STATUS=000
}

# ask NAME TOKEN METHOD PATH [BODY]: a request to the compute API that belongs to no step.
ask() {
  if [ $# -lt 5 ]; then
    send "$1" "$2" "$3" "$COMPUTE$4" -H "$NEWEST"
  else
    send "$1" "$2" "$3" "$COMPUTE$4" -H "$NEWEST" -H 'Content-Type: application/json' --data-raw "$5"
  fi
}

accepted() { case $STATUS in 2??) return 0 ;; *) return 1 ;; esac; }
is_gone() { case " $GONE " in *" $STATUS "*) return 0 ;; *) return 1 ;; esac; }

# answered NAME EXPECTED: says what came.
answered() {
  say "   expected $2, received $STATUS $(head -c 1000 "$WORK/$1" | tr '\n' ' ')"
  [ "$STATUS" != 000 ] || cannot 'no answer'
}

# values FILE KEY: what a property has, everywhere in a file; value: the first one.
values() { grep -o "\"$2\": *[^],}]*" "$WORK/$1" | sed 's/^"[^"]*": *//; s/ *$//; s/^"//; s/"$//'; }
value() { values "$1" "$2" | head -n 1; }

# wait_until SECONDS CONDITION...
wait_until() {
  w_end=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$w_end" ] || return 1
    sleep "$PAUSE"
  done
}

# server_shows ID [KEY VALUE]...: no task runs, and what is shown is so.
server_shows() {
  v_id=$1
  shift
  ask server "$OS_TOKEN" GET "/servers/$v_id"
  accepted || return 1
  case $(value server OS-EXT-STS:task_state) in '' | null) ;; *) return 1 ;; esac
  while [ $# -gt 0 ]; do
    v_shown=$(value server "$1")
    [ -z "$v_shown" ] || [ "$v_shown" = "$2" ] || return 1
    shift 2
  done
}

server_gone() {
  ask server "$OS_TOKEN" GET "/servers/$1"
  is_gone
}

# volume_shows ID STATUS|STATUS [SERVER]...: the servers are those that the volume names.
volume_shows() {
  v_id=$1 v_statuses=$2
  shift 2
  send volume "$OS_TOKEN" GET "$VOLUME/volumes/$v_id"
  accepted || return 1
  case "|$v_statuses|" in *"|$(value volume status)|"*) ;; *) return 1 ;; esac
  values volume server_id | sort > "$WORK/named"
  same_lines named "$@"
}

volume_gone() {
  send volume "$OS_TOKEN" GET "$VOLUME/volumes/$1"
  is_gone
}

# same_lines FILE [LINE]...: the sorted lines of the file are these.
same_lines() {
  l_file=$1
  shift
  for l_line in "$@"; do say "$l_line"; done | sort | cmp -s - "$WORK/$l_file"
}

# list_shows SERVER [VOLUME]...: reads the list of a server, which has exactly these volumes.
list_shows() {
  ask list "$OS_TOKEN" GET "/servers/$1/os-volume_attachments"
  accepted || return 1
  list_holds list "$@"
}

# list_holds FILE SERVER [VOLUME]...: the same for a list that was read already.
list_holds() {
  tr '{' '\n' < "$WORK/$1" | grep '"volumeId"' > "$WORK/rows" || :
  inspect "$2"
  shift 2
  values rows volumeId | sort > "$WORK/listed"
  same_lines listed "$@"
}

# row_value VOLUME KEY: of a listed attachment. row_shows VOLUME KEY VALUE: it is so, or not shown.
row_value() {
  grep "\"volumeId\": *\"$1\"" "$WORK/rows" > "$WORK/row"
  value row "$2"
}
row_shows() {
  r_shown=$(row_value "$1" "$2")
  [ -z "$r_shown" ] || [ "$r_shown" = "$3" ]
}

# inspect SERVER: what is wrong with its list by itself goes to FLAW.
inspect() {
  i_twice=$(values rows volumeId | sort | uniq -d)
  [ -z "$i_twice" ] || FLAW="volume $i_twice is listed twice"
  i_other=$(values rows serverId | grep -v -x -F -e "$1")
  [ -z "$i_other" ] || FLAW="an attachment names the server $i_other"
  for i_key in $DISTINCT; do
    [ -z "$i_twice" ] || break
    i_same=$(values rows "$i_key" | grep -v -x null | sort | uniq -d)
    [ -z "$i_same" ] || FLAW="two attachments have the $i_key $i_same"
  done
  for i_volume in $(values rows volumeId); do
    for i_key in $KEPT; do
      i_now=$(row_value "$i_volume" "$i_key")
      case $i_now in '' | null) continue ;; esac
      i_file=$WORK/kept.$1.$i_volume.$i_key
      [ -e "$i_file" ] || say "$i_now" > "$i_file"
      [ "$(cat "$i_file")" = "$i_now" ] || FLAW="the $i_key of volume $i_volume became $i_now"
    done
  done
  # An attachment that is not listed is over; the next one of the same volume is another one.
  for i_file in "$WORK/kept.$1."*; do
    i_volume=$(printf '%s' "${'$'}{i_file#"$WORK/kept.$1."}" | sed 's/\..*//')
    grep -q "\"volumeId\": *\"$i_volume\"" "$WORK/rows" || rm -f "$i_file"
  done
}

# rests CONDITION: waits until all is as it should be, as long as no list is wrong by itself.
rests() {
  FLAW=''
  t_end=$(($(date +%s) + LIMIT))
  until "$1"; do
    [ -z "$FLAW" ] || return 1
    [ "$(date +%s)" -lt "$t_end" ] || return 1
    sleep "$PAUSE"
  done
  [ -z "$FLAW" ]
}

make_server() {
  ask made "$OS_TOKEN" POST /servers "$1"
  accepted || cannot "no server could be made: $STATUS $(cat "$WORK/made")"
  ID=$(value made id)
  SERVERS="$SERVERS $ID"
}

make_volume() {
  send made "$OS_TOKEN" POST "$VOLUME/volumes" -H 'Content-Type: application/json' --data-raw "$1"
  accepted || cannot "no volume could be made: $STATUS $(cat "$WORK/made")"
  ID=$(value made id)
  VOLUMES="$VOLUMES $ID"
}

volume_ready() { volume_shows "$1" "$FREE"; }
server_ready() {
  for r_status in $READY; do server_shows "$1" status "$r_status" && return 0; done
  return 1
}

remove_server() {
  ask removed "$OS_TOKEN" DELETE "/servers/$1"
  if ! accepted && ! is_gone; then
    ask removed "$OS_TOKEN" POST "/servers/$1/action" "$UNLOCK"
    ask removed "$OS_TOKEN" DELETE "/servers/$1"
  fi
  wait_until "$LIMIT" server_removed "$1" || say "left behind: server $1" >&2
}

# Where deleted servers are kept for a while, the action ends that; elsewhere it is refused, which is fine.
server_removed() {
  server_gone "$1" && return
  ask removed "$OS_TOKEN" POST "/servers/$1/action" "$FORCE_DELETE"
  return 1
}

# A volume may still be on its way off a server, so a refused deletion is asked again.
volume_removed() {
  send removed "$OS_TOKEN" DELETE "$VOLUME/volumes/$1"
  is_gone && return
  accepted && return 1
  send removed "$OS_TOKEN" POST "$VOLUME/volumes/$1/action" -H 'Content-Type: application/json' --data-raw "$UNRESERVE"
  return 1
}

clean_up() {
  code=$?
  trap '' INT TERM HUP
  trap - EXIT
  for each in $SERVERS; do remove_server "$each"; done
  for each in $VOLUMES; do wait_until "$LIMIT" volume_removed "$each" || say "left behind: volume $each" >&2; done
  rm -rf "$WORK"
  exit "$code"
}
`;
