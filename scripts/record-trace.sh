#!/bin/sh
# Records a trace of inode inactivation and memory reclaim, with all events that dragon calibrate, import ftrace and
# conform (--simulate) read, and prints it as text. Needs root and an XFS file system; takes trace-cmd if there is one,
# and tracefs itself if there is none. Linux 5.14 or newer.
set -eu

usage() {
  echo 'usage: record-trace.sh [-nt] [-o TRACE.gz] [-b KIB] -- COMMAND [ARGUMENT...]' >&2
  echo '  -n  only say what would be done      -o  where the trace goes (trace.gz)' >&2
  echo '  -t  tracefs, though there is trace-cmd' >&2
  echo '  -b  buffer of each CPU (32768)       DRAGON_TRACEFS  where tracefs is (/sys/kernel/tracing)' >&2
  exit 64
}

fail() {
  echo "record-trace.sh: $1" >&2
  exit 1
}

dry= direct= out=trace.gz buffer=32768
while getopts ntb:o: option; do
  case $option in
    n) dry=yes ;;
    t) direct=yes ;;
    b) buffer=$OPTARG ;;
    o) out=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
case $buffer in '' | *[!0-9]*) fail "-b $buffer is no number of KiB" ;; esac

tracefs=${DRAGON_TRACEFS:-/sys/kernel/tracing}
needed='xfs/xfs_inode_set_need_inactive xfs/xfs_inodegc_queue xfs/xfs_inodegc_worker xfs/xfs_inode_inactivating
  xfs/xfs_inode_set_reclaimable xfs/xfs_inode_reclaiming'
# What a kernel lacks of these is left out: what cannot be known without is left out of the results, too.
useful='xfs/xfs_inodegc_throttle xfs/xfs_inodegc_flush xfs/xfs_inodegc_push xfs/xfs_inodegc_start xfs/xfs_inodegc_stop
  xfs/xfs_inodegc_shrinker_scan sched/sched_switch timer/timer_start timer/timer_expire_entry
  workqueue/workqueue_queue_work workqueue/workqueue_execute_start workqueue/workqueue_execute_end
  vmscan/mm_shrink_slab_start vmscan/mm_shrink_slab_end vmscan/mm_vmscan_direct_reclaim_begin
  vmscan/mm_vmscan_direct_reclaim_end vmscan/mm_vmscan_kswapd_wake vmscan/mm_vmscan_kswapd_sleep
  vmscan/mm_vmscan_wakeup_kswapd vmscan/mm_vmscan_lru_shrink_inactive oom/mark_victim oom/reclaim_retry_zone
  oom/oom_score_adj_update oom/wake_reaper'

# Waits and calls for which the kernel has no event.
probes='p:inodegc/flush_begin flush_delayed_work
r:inodegc/flush_end flush_delayed_work ret=$retval
p:inodegc/prune_icache_begin prune_icache_sb
r:inodegc/prune_icache_end prune_icache_sb freed=$retval
p:inodegc/reclaim_nr_begin xfs_reclaim_inodes_nr nr=$arg2
r:inodegc/reclaim_nr_end xfs_reclaim_inodes_nr ret=$retval'

if [ -z "$dry" ]; then
  # With a tracefs of one's own, as a container may have it, one may be anybody.
  [ "$(id -u)" = 0 ] || [ -n "${DRAGON_TRACEFS:-}" ] || fail 'tracing needs root: run it with sudo'
  [ -d "$tracefs/events" ] || fail "no tracefs at $tracefs: mount -t tracefs nodev $tracefs"
  for event in $needed; do
    [ -d "$tracefs/events/$event" ] ||
      fail "this kernel has no event $event: it takes Linux 5.14 or newer, and the module (modprobe xfs)"
  done
fi

# Runs the command, or says it.
act() {
  if [ -n "$dry" ]; then echo "$*"; else "$@"; fi
}

# Writes $1 to the file $2 of tracefs, or says it.
put() {
  if [ -n "$dry" ]; then echo "echo '$1' > $tracefs/$2"; else echo "$1" > "$tracefs/$2"; fi
}

events=
for event in $needed $useful; do
  if [ -n "$dry" ] || [ -d "$tracefs/events/$event" ]; then
    events="$events $event"
  else
    echo "record-trace.sh: this kernel has no event $event: left out" >&2
  fi
done
added=
enabled=
# Whatever ends the recording: nothing stays switched on.
stop() {
  for event in $enabled; do put 0 "events/$event/enable"; done
  for name in $added; do
    [ -n "$dry" ] || echo "-:$name" 2> /dev/null >> "$tracefs/kprobe_events" || true
  done
}
trap stop EXIT
trap 'exit 1' INT TERM
while read -r probe; do
  name=${probe%% *}
  name=${name#*:}
  if [ -n "$dry" ]; then
    echo "echo '$probe' >> $tracefs/kprobe_events"
  elif ! echo "$probe" 2> /dev/null >> "$tracefs/kprobe_events"; then
    echo "record-trace.sh: no probe $name: left out" >&2
    continue
  fi
  added="$added $name"
done << END
$probes
END

# Of timers, only those of delayed work: others would fill the buffer.
timer=$(awk '$3 == "delayed_work_timer_fn" { print "0x" $1 }' /proc/kallsyms 2> /dev/null || true)
case $timer in 0x*[!0]*) ;; *) timer= ;; esac

if [ -z "$direct" ] && command -v trace-cmd > /dev/null 2>&1; then
  flags=
  for event in $events $added; do
    flags="$flags -e ${event%%/*}:${event#*/}"
    case $event in timer/*) flags="$flags${timer:+ -f function==$timer}" ;; esac
  done
  # shellcheck disable=SC2086 # no event has a blank in its name
  act trace-cmd record -C mono -b "$buffer" -o "$out.dat" $flags -- "$@" || fail 'trace-cmd record failed'
  if [ -n "$dry" ]; then
    echo "trace-cmd report $out.dat | gzip > $out"
    exit 0
  fi
  # Not as a pipe, of which only gzip's end would be known: the record goes when it has been printed.
  trace-cmd report "$out.dat" > "$out.txt" || fail "trace-cmd report failed; the record is in $out.dat"
  gzip < "$out.txt" > "$out"
  rm -f "$out.dat" "$out.txt"
else
  put 0 tracing_on
  put mono trace_clock
  put "$buffer" buffer_size_kb
  put '' trace
  for event in $events $added; do
    case $event in timer/*) [ -z "$timer" ] || put "function == $timer" "events/$event/filter" ;; esac
    put 1 "events/$event/enable"
    enabled="$enabled $event"
  done
  put 1 tracing_on
  act "$@" || echo "record-trace.sh: the command ended with $?" >&2
  put 0 tracing_on
  if [ -n "$dry" ]; then
    echo "gzip < $tracefs/trace > $out"
    exit 0
  fi
  gzip < "$tracefs/trace" > "$out"
fi
echo "record-trace.sh: the trace is in $out"
