#!/bin/busybox sh
# The box: drivers, USB gadgets, radio and disk, then a shell on the second serial line for the lab.
export PATH=/bin:/usr/bin:/usr/sbin:/run HOME=/ LD_LIBRARY_PATH=/lib/x86_64-linux-gnu
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for folder in /run /tmp /etc/till /var; do mount -t tmpfs tmpfs $folder; done
mkdir -p /var/cache/till
ln -s /run /var/run
mkdir -p /dev/pts /dev/shm /dev/till
mount -t devpts pts /dev/pts
echo 1 >/proc/sys/kernel/printk
echo "lab: drivers"
while read -r driver; do
  case "$driver" in
    mac80211_hwsim) modprobe "$driver" radios=2 ;;
    *) modprobe "$driver" ;;
  esac || echo "lab: no driver $driver"
done </etc/drivers
mount -t configfs configfs /sys/kernel/config
mount -t 9p -o trans=virtio,version=9p2000.L lab /lab

echo "lab: USB gadgets: a printer, a scanner and a keypad"
g=/sys/kernel/config/usb_gadget/till
mkdir -p $g/strings/0x409 $g/configs/c.1
echo 0x1d6b >$g/idVendor
echo 0x0104 >$g/idProduct
echo lab >$g/strings/0x409/serialnumber
mkdir $g/functions/printer.p0
echo 'MFG:Lab;CMD:ESCPOS;MDL:58;' >$g/functions/printer.p0/pnp_string
echo 10 >$g/functions/printer.p0/q_len
for nth in 0 1; do
  f=$g/functions/hid.$nth
  mkdir $f
  echo 1 >$f/protocol
  echo 1 >$f/subclass
  echo 8 >$f/report_length
  # One write: each replaces the one before.
  printf '%b' \
    '\0005\0001\0011\0006\0241\0001\0005\0007\0031\0340\0051\0347\0025\0000\0045\0001\0165\0001\0225\0010\0201' \
    '\0002\0225\0001\0165\0010\0201\0003\0225\0005\0165\0001\0005\0010\0031\0001\0051\0005\0221\0002\0225\0001' \
    '\0165\0003\0221\0003\0225\0006\0165\0010\0025\0000\0045\0145\0005\0007\0031\0000\0051\0145\0201\0000\0300' >$f/report_desc
done
ln -s $g/functions/printer.p0 $g/functions/hid.0 $g/functions/hid.1 $g/configs/c.1/
for udc in /sys/class/udc/*; do echo "${udc##*/}" >$g/UDC; done

# What udev does on a box: names that stay. Interface 1 is the scanner, 2 the keypad.
cat >/run/name-parts <<'NAMES'
#!/bin/sh
for event in /sys/class/input/event*; do
  case "$(readlink -f "$event")" in
    *:1.1/*) ln -sf "/dev/input/${event##*/}" /dev/till/scanner ;;
    *:1.2/*) ln -sf "/dev/input/${event##*/}" /dev/till/keypad ;;
  esac
done
[ -e /dev/usb/lp0 ] || { [ -e /dev/lp0 ] && mkdir -p /dev/usb && ln -sf /dev/lp0 /dev/usb/lp0; }
true
NAMES
chmod 755 /run/name-parts
ip link set lo up
ip link set eth0 up 2>/dev/null && udhcpc -i eth0 -q -n -t 5 -s /bin/true >/dev/null 2>&1
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
if [ -e /dev/vdb ]; then mount -t ext4 /dev/vdb /data; fi
echo "lab: ready"
stty -F /dev/ttyS1 raw -echo
# With a pipe for its output the shell is not interactive: no prompt, no editing.
while :; do setsid sh </dev/ttyS1 2>/dev/null | cat >/dev/ttyS1; done
