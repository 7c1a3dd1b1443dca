# Part of the start of a box whose systems RAUC writes: the cable, the system's bus, and RAUC's service on it. $1: the system that starts.
udhcpc -q -i br0 -s /run/dhcp >/lab/dhcp.log 2>&1
mkdir -p /run/dbus /run/rauc
dbus-daemon --config-file=/etc/dbus-1/system.conf --nofork >/lab/dbus.log 2>&1 &
until [ -S /run/dbus/system_bus_socket ]; do usleep 100000; done
echo "$1" >/run/booted
rauc -d --override-boot-slot="$1" service >>/lab/rauc.log 2>&1 &
# Told from outside of RAUC: what the kernel's device mapper holds, as long as it holds anything.
(
  last=
  while :; do
    table="$(dmsetup table 2>/dev/null | grep verity)"
    if [ -n "$table" ]; then
      now="$table; $(dmsetup status | grep verity); mounted: $(grep /dev/dm- /proc/mounts)"
      [ "$now" = "$last" ] || echo "$now"
      last="$now"
    fi
    usleep 300000
  done >>/lab/verity.log
) &
