#!/bin/busybox sh
# The box: drivers, USB gadgets, radio and disk, then a shell on the second serial line for the lab.
export PATH=/bin:/usr/bin:/usr/sbin:/run HOME=/ LD_LIBRARY_PATH=/lib/x86_64-linux-gnu
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for folder in /run /tmp /etc/till /var; do mount -t tmpfs tmpfs $folder; done
ln -s /run /var/run
mkdir -p /dev/pts /dev/shm /dev/till
mount -t devpts pts /dev/pts
echo 1 >/proc/sys/kernel/printk
echo "lab: drivers"
while read -r driver; do
  case "$driver" in
    mac80211_hwsim) modprobe "$driver" radios=2 ;;
    dummy_hcd) modprobe "$driver" num=3 ;;
    *) modprobe "$driver" ;;
  esac || echo "lab: no driver $driver"
done </etc/drivers
mount -t configfs configfs /sys/kernel/config
mount -t 9p -o trans=virtio,version=9p2000.L lab /lab

echo "lab: USB gadgets: a printer, a scanner and a keypad, each in a socket of its own"
# make_gadget NAME FUNCTION: what is left to do is said by the caller in $f, then plug_in.
make_gadget() {
  g=/sys/kernel/config/usb_gadget/$1
  f=$g/functions/$2
  mkdir -p "$g/strings/0x409" "$g/configs/c.1" "$f"
  echo 0x1d6b >"$g/idVendor"
  echo 0x0104 >"$g/idProduct"
  echo "$1" >"$g/strings/0x409/serialnumber"
}
make_gadget printer printer.p0
echo 'MFG:Lab;CMD:ESCPOS;MDL:58;' >"$f/pnp_string"
echo 10 >"$f/q_len"
ln -s "$f" "$g/configs/c.1/"
for name in scanner keypad; do
  make_gadget $name hid.$name
  echo 1 >"$f/protocol"
  echo 1 >"$f/subclass"
  echo 8 >"$f/report_length"
  # One write: each replaces the one before.
  printf '%b' \
    '\0005\0001\0011\0006\0241\0001\0005\0007\0031\0340\0051\0347\0025\0000\0045\0001\0165\0001\0225\0010\0201' \
    '\0002\0225\0001\0165\0010\0201\0003\0225\0005\0165\0001\0005\0010\0031\0001\0051\0005\0221\0002\0225\0001' \
    '\0165\0003\0221\0003\0225\0006\0165\0010\0025\0000\0045\0145\0005\0007\0031\0000\0051\0145\0201\0000\0300' >"$f/report_desc"
  ln -s "$f" "$g/configs/c.1/"
done

# What udev does on a box: names that stay, at every plugging in.
cat >/run/name-parts <<'NAMES'
#!/bin/sh
case "$ACTION $DEVNAME $DEVPATH" in
  add\ input/event*/dummy_hcd.1/*) ln -sf "/dev/$DEVNAME" /dev/till/scanner ;;
  add\ input/event*/dummy_hcd.2/*) ln -sf "/dev/$DEVNAME" /dev/till/keypad ;;
  add\ usb/lp*) ln -sf "/dev/$DEVNAME" /dev/till/printer ;;
esac
NAMES
# plug PART, unplug PART: into and out of the socket.
cat >/run/plug <<'PLUG'
#!/bin/sh
case "$1" in printer) nth=0 ;; scanner) nth=1 ;; keypad) nth=2 ;; esac
echo "dummy_udc.$nth" >"/sys/kernel/config/usb_gadget/$1/UDC"
PLUG
cat >/run/unplug <<'UNPLUG'
#!/bin/sh
echo >"/sys/kernel/config/usb_gadget/$1/UDC"
# Whoever read the gadget's other end hears nothing of a new connection: it is opened again.
if [ "$1" = printer ]; then killall dd; fi
UNPLUG
# type-keys NODE MODIFIER.USAGE…: each key down and up as reports of eight bytes. Four keys at a time, then a rest: faster, and the reader
# on an emulated processor misses some; slower, and the terminal takes the rest for the end of the code.
cat >/run/type-keys <<'KEYS'
#!/bin/sh
exec 3>"$1"
shift
nth=0
for key in "$@"; do
  printf "\\${key%.*}\\0\\${key#*.}\\0\\0\\0\\0\\0" >&3
  printf '\0\0\0\0\0\0\0\0' >&3
  nth=$((nth + 1))
  if [ $((nth % 4)) = 0 ]; then usleep 5000; fi
done
KEYS
cat >/run/dhcp <<'DHCP'
#!/bin/sh
case "$1" in
  deconfig) ip addr flush dev "$interface" ;;
  bound | renew) ifconfig "$interface" "$ip" netmask "$subnet" && route add default gw "${router%% *}" dev "$interface" ;;
esac
DHCP
chmod 755 /run/name-parts /run/plug /run/unplug /run/type-keys /run/dhcp
(uevent /run/name-parts >/dev/null 2>&1 &)
for part in printer scanner keypad; do plug $part; done

# The access point's other side is the machine outside: what the terminal sends goes through the air.
ip link set lo up
brctl addbr br0
brctl addif br0 eth0
ip link set eth0 up
ip link set br0 up
if [ -e /dev/vdb ]; then mount -t ext4 /dev/vdb /data; fi
mkdir -p /data/cache
# Boxes with a part of their own: $1 is what the boot loader says of the start.
if [ -e /etc/lab-part ]; then . /etc/lab-part; fi
# Open from before it is said to be ready: what arrives at a closed line is lost.
exec 4<>/dev/ttyS1
stty -F /dev/ttyS1 raw -echo
echo "lab: ready"
# With a pipe for its output the shell is not interactive: no prompt, no editing.
while :; do setsid sh <&4 2>/dev/null | cat >&4; done
