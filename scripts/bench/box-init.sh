#!/bin/sh
# A box that runs the terminal and nothing else. Its display, keypad and scanner are a connection to the machine outside.
export PATH=/bin:/usr/bin HOME=/
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
# A missing page of Node brings its neighbours along by the dozen, which push out others that are needed: where memory is short, few are brought.
for disk in /sys/block/vd*; do echo 16 >"$disk/queue/read_ahead_kb"; done
mount -t tmpfs -o size=1m tmpfs /tmp
mount -t ext4 -o noatime /dev/vdb /data
echo 1 >/proc/sys/kernel/printk
ifconfig lo 127.0.0.1
ifconfig eth0 10.0.2.15
route add default gw 10.0.2.2
# till.now, till.port and till.zram are words of the kernel's command line.
for word in $(cat /proc/cmdline); do
  case "$word" in
    till.now=*) date -s "@${word#*=}" >/dev/null ;;
    till.port=*) port=${word#*=} ;;
    till.zram=*) zram=${word#*=} ;;
  esac
done
# Pages of the terminal that rest are kept compressed, in memory and nowhere else.
if [ -n "${zram:-}" ]; then
  echo "${zram}M" >/sys/block/zram0/disksize
  mkswap /dev/zram0 >/dev/null
  swapon /dev/zram0
  echo 100 >/proc/sys/vm/swappiness
  echo 0 >/proc/sys/vm/page-cluster
fi
echo "box: $(grep -E '^(MemTotal|MemAvailable):' /proc/meminfo | tr -s ' \n' ' ')"
cat >/tmp/terminal <<'TERMINAL'
#!/bin/sh
export CACHE_DIRECTORY=/data/cache
exec /usr/lib/till/till-terminal run --profile headless --config /data/till.json 2>/dev/console
TERMINAL
chmod 755 /tmp/terminal
while sleep 2; do
  # Node's builds name their process differently.
  process=$(grep -l "[t]ill-terminal.cjs" /proc/[0-9]*/cmdline 2>/dev/null) || continue
  echo "box: memory" $(sed -n 's/^\(VmRSS\|VmHWM\|RssAnon\):[^0-9]*\([0-9]*\) kB/\1=\2/p' "${process%/*}/status") \
    $(sed -n 's/^MemAvailable:[^0-9]*\([0-9]*\) kB/MemAvailable=\1/p' /proc/meminfo)
done &
nc 10.0.2.2 "$port" -e /tmp/terminal
echo "box: the terminal ended"
dmesg | grep -iE 'out of memory|oom|killed process' | tail -3
echo "box: that is all"
while sleep 60; do :; done
